package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.Sources;
import io.estat.etl.source.Split;
import io.estat.etl.source.TestSources;
import io.estat.testkit.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * MariaDB's primary keys of every shape: the chunks are the snapshot, whatever is written between.
 */
@Timeout(300)
class KeyShapesIT {
  private static MariaDbServer server;
  private static MariaDbServer.Database database;
  private static Source source;

  @BeforeAll
  static void open() throws Exception {
    server = MariaDbServer.start("--log-bin");
    database = server.createDatabase();
    source =
        Sources.open(
            TestSources.settings(database.url(), MariaDbServer.USER, MariaDbServer.PASSWORD));
  }

  @AfterAll
  static void close() throws Exception {
    source.close();
    server.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          k tinyint, primary key (k)                                   | cast(seq as signed) - 129          | seq_1_to_256   | key ranges
          k tinyint unsigned, primary key (k)                          | seq - 1                            | seq_1_to_256   | key ranges
          k bigint unsigned, primary key (k)                           | 18446744073709551616 - seq * seq   | seq_1_to_3000  | key ranges
          k bigint, primary key (k)                                    | if(seq = 1, -9223372036854775808, if(seq = 2, 9223372036854775807, seq)) | seq_1_to_3000 | key ranges
          k bigint, primary key (k)                                    | if(seq % 100 = 0, seq * 100000000000, seq) | seq_1_to_3000 | key ranges
          k decimal(30,10), primary key (k)                            | seq * seq / 7 - 1000               | seq_1_to_3000  | key ranges
          k int, l varchar(9), primary key (k, l)                      | seq div 4, char(64 + seq % 4)      | seq_1_to_3000  | key ranges
          k int, l int, primary key (l, k)                             | seq % 10, seq                      | seq_1_to_3000  | key ranges
          k varchar(20) collate utf8mb4_general_ci, primary key (k)    | concat(char(97 + seq % 26 - 32 * (seq % 2)), seq) | seq_1_to_3000 | one cursor
          k varchar(20) collate utf8mb4_bin, l int, primary key (k, l) | concat('é', seq % 9), seq          | seq_1_to_3000  | one cursor
          k varbinary(8), primary key (k)                              | unhex(lpad(hex(seq * 997), 8, '0')) | seq_1_to_3000 | one cursor
          k datetime(6), primary key (k)                               | '2024-01-01' + interval seq * seq second | seq_1_to_3000 | one cursor
          """)
  void isWholeWhateverItsKey(String columns, String values, String numbers, String kind)
      throws Exception {
    run(
        "drop table if exists t",
        "create table t (%s, v varchar(200))".formatted(columns),
        "insert into t select %s, repeat('x', seq %% 100) from %s".formatted(values, numbers),
        "analyze table t");
    var name = new TableName(database.name(), "t");
    var whole = new Split.Range(source.dialect().quote(name), "", List.of(), -1);
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 2)) {
      List<String> expected = rows(snapshot, new Chunk(0, whole, ""));
      TablePlan plan =
          new Planner(source, EncodeOptions.DEFAULTS, 20)
              .plan(snapshot, new TableRequest("t", name, TableOptions.NONE));
      assertThat(plan.kind()).isEqualTo(kind);
      var union = new ArrayList<String>();
      for (Chunk chunk : plan.chunks()) {
        switch (chunk.index() % 20) {
          case 1 -> run("delete from t order by k limit 5");
          case 2 -> run("update t set v = 'later' order by k desc limit 50");
          case 3 -> run("update t set k = k order by k limit 5");
          case 4 -> run("delete from t order by k desc limit 5");
          default -> {}
        }
        union.addAll(rows(snapshot, chunk));
      }
      assertThat(union).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(expected).hasSizeGreaterThan(200);
    }
  }

  private static List<String> rows(Snapshot snapshot, Chunk chunk) throws SQLException {
    var found = new ArrayList<String>();
    try (Connection session = snapshot.session();
        PreparedStatement statement =
            session.prepareStatement("select * from " + chunk.from(snapshot))) {
      for (int i = 0; i < chunk.binds().size(); i++) {
        statement.setObject(i + 1, chunk.binds().get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          var row = new StringBuilder();
          for (int i = 1; i <= columns; i++) {
            row.append(rows.getString(i)).append('|');
          }
          found.add(row.toString());
        }
      }
    }
    return found;
  }

  private static void run(String... statements) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
