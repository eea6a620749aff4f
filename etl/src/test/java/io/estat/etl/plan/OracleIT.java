package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.LineBuffer;
import io.estat.etl.encode.RowEncoder;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceFailure;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real Oracle: {@code ORACLE_URL}, {@code ORACLE_USERNAME}, {@code ORACLE_PASSWORD} and, for a
 * wallet, {@code ORACLE_WALLET_PATH}. The user needs to create tables, and to execute
 * DBMS_FLASHBACK or read V$DATABASE. The build leaves this class out while ORACLE_URL is not set.
 */
@Timeout(600)
class OracleIT {
  private static final int ROWS = 50_000;

  private final String table = "ESTAT it " + Long.toHexString(System.nanoTime());
  private SourceSettings settings;
  private Connection writer;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    String wallet = System.getenv("ORACLE_WALLET_PATH");
    Map<String, String> properties =
        wallet == null
            ? Map.of()
            : Map.of("oracle.net.tns_admin", wallet, "oracle.net.wallet_location", wallet);
    settings =
        new SourceSettings(
            System.getenv("ORACLE_URL"),
            System.getenv("ORACLE_USERNAME"),
            System.getenv("ORACLE_PASSWORD"),
            properties,
            0,
            6,
            1000,
            8 << 20,
            1000,
            null,
            "estat test");
    var all = new Properties();
    all.putAll(properties);
    all.setProperty("user", String.valueOf(settings.user()));
    all.setProperty("password", String.valueOf(settings.password()));
    writer = DriverManager.getConnection(settings.url(), all);
    source = Sources.open(settings);
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    try (Statement statement = writer.createStatement()) {
      statement.execute("drop table %s purge".formatted(quoted()));
    } catch (SQLException e) {
      // The test did not come so far as to create it.
      assertThat(e.getErrorCode()).isEqualTo(942);
    }
    writer.close();
  }

  private String quoted() {
    return source.dialect().quote(table);
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void fill(String partitions) throws SQLException {
    run(
        "create table %s (\"ID\" number(9) primary key, \"n\" varchar2(100))%s"
            .formatted(quoted(), partitions),
        "insert into %s select level, rpad('x', 100) from dual connect by level <= %d"
            .formatted(quoted(), ROWS),
        "delete from %s where mod(\"ID\", 7) = 0".formatted(quoted()),
        "begin dbms_stats.gather_table_stats(user, '\"%s\"'); end;".formatted(table));
  }

  private TablePlan plan(Snapshot snapshot) throws Exception {
    var name = new TableName(null, table);
    return new Planner(source, EncodeOptions.DEFAULTS, 5_000)
        .plan(snapshot, new TableRequest(table, name, TableOptions.NONE));
  }

  @Test
  void theChunksOfATableAreTheTableAsItWasAtTheSnapshot() throws Exception {
    fill("");
    unionIsTheTable();
  }

  @Test
  void theChunksOfAPartitionedTableAreTheTable() throws Exception {
    fill(" partition by hash (\"ID\") partitions 4");
    unionIsTheTable();
  }

  private void unionIsTheTable() throws Exception {
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 2)) {
      run("delete from %s where mod(\"ID\", 2) = 0".formatted(quoted()));
      var union = new ArrayList<Long>();
      for (Chunk chunk : plan(snapshot).chunks()) {
        try (Connection session = snapshot.session();
            PreparedStatement statement =
                session.prepareStatement("select \"ID\" from " + chunk.from(snapshot))) {
          for (int i = 0; i < chunk.binds().size(); i++) {
            statement.setObject(i + 1, chunk.binds().get(i));
          }
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              union.add(rows.getLong(1));
            }
          }
        }
      }
      assertThat(union)
          .containsExactlyInAnyOrderElementsOf(
              LongStream.rangeClosed(1, ROWS).filter(id -> id % 7 != 0).boxed().toList());
    }
  }

  @Test
  void everyTypeIsEncoded() throws Exception {
    run(
        """
        create table %s (a number, b number(9,2), c float, d binary_float, e binary_double,
          f char(3), g varchar2(9 char), h nchar(3), i nvarchar2(9), j clob, k nclob, l date,
          m timestamp(9), n timestamp(3) with time zone, o timestamp with local time zone,
          p interval year to month, q interval day to second, r raw(9), s blob, t rowid,
          u xmltype, v integer)
        """
            .formatted(quoted()),
        """
        insert into %s values (1e100, -1.5, 0.1, 1.5, binary_double_nan, 'x', 'y', 'x', 'y', 'c',
          'n', date '2024-02-29', timestamp '2024-02-29 23:59:59.123456789',
          timestamp '2024-02-29 23:59:59.123 Europe/Berlin', timestamp '2024-02-29 23:59:59',
          interval '1-2' year to month, interval '-1 02:03:04.5' day to second, hextoraw('00ff'),
          to_blob(hextoraw('00ff')), null, xmltype('<a/>'), 7)
        """
            .formatted(quoted()));
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 1);
        Connection session = snapshot.session()) {
      TablePlan plan = plan(snapshot);
      String expressions =
          plan.columns().stream().map(ColumnPlan::expression).collect(Collectors.joining(", "));
      List<String> names = plan.columns().stream().map(c -> c.column().name()).toList();
      var encoder = new RowEncoder(plan.columns(), names, new EncodeCounters());
      var line = new LineBuffer(1024);
      try (Statement statement = session.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "select " + expressions + " from " + plan.chunks().getFirst().from(snapshot))) {
        assertThat(rows.next()).isTrue();
        encoder.encode(rows, line);
      }
      assertThat(line.toString())
          .startsWith("{\"A\":\"1" + "0".repeat(100) + "\",")
          .contains(
              "\"E\":\"NaN\"",
              "\"L\":\"2024-02-29T00:00:00\"",
              "\"M\":\"2024-02-29T23:59:59.123456789\"",
              "\"U\":\"<a/>\"");
    }
  }

  @Test
  void cancellingAStatementIsToldApart() throws Exception {
    try (Connection connection = source.connection();
        Statement statement = connection.createStatement()) {
      // The driver cancels as anybody would.
      statement.setQueryTimeout(2);
      assertThatThrownBy(
              () ->
                  statement
                      .executeQuery(
                          "select count(*) from all_objects a, all_objects b, all_objects c")
                      .next())
          .satisfies(
              e ->
                  assertThat(source.dialect().classify((SQLException) e))
                      .isEqualTo(SourceFailure.CANCELLED));
    }
  }

  @Test
  void aTableThatIsCutOffAfterTheSnapshotLosesIt() throws Exception {
    fill("");
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 1);
        Connection session = snapshot.session()) {
      Chunk chunk = plan(snapshot).chunks().getFirst();
      run("truncate table " + quoted());
      assertThatThrownBy(
              () -> {
                try (Statement statement = session.createStatement()) {
                  statement.executeQuery("select count(*) from " + chunk.from(snapshot)).next();
                }
              })
          .satisfies(
              e ->
                  assertThat(source.dialect().classify((SQLException) e))
                      .isEqualTo(SourceFailure.SNAPSHOT_LOST));
    }
  }
}
