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
import io.estat.testkit.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything that PostgreSQL calls a relation and shows rows of: how it is cut, and that it is
 * whole.
 */
@Timeout(300)
class RelationKindsTest {
  private static final int ROWS = 5_000;
  private static final String FILL =
      "insert into %s select i, repeat('x', 100) from generate_series(1, " + ROWS + ") i";

  private PostgresServer.Database database;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    database = PostgresServer.shared().createDatabase();
    source =
        Sources.open(
            TestSources.settings(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
  }

  @AfterEach
  void close() {
    source.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a heap                | t      | ctid ranges |                               | create table t (i int, v text)
          an unlogged heap      | t      | ctid ranges |                               | create unlogged table t (i int, v text)
          a partitioned table   | t      | ctid ranges |                               | create table t (i int, v text) partition by range (i); create table low partition of t for values from (0) to (2000); create table high partition of t default partition by hash (i); create table h0 partition of high for values with (modulus 2, remainder 0); create table h1 partition of high for values with (modulus 2, remainder 1)
          a parent              | t      | one cursor  | other tables inherit from it  | create table t (i int, v text); create table child () inherits (t); insert into child values (-1, 'child')
          a child               | child  | ctid ranges |                               | create table t (i int, v text); create table child () inherits (t); create rule r as on insert to t do instead insert into child values (new.i, new.v)
          a view                | seen   | one cursor  | a view has no pages           | create table t (i int, v text); create view seen as select * from t
          another access method | t      | one cursor  | the access method other is not heap | create access method other type table handler heap_tableam_handler; create table t (i int, v text) using other
          """)
  void isCutAsItCanBeAndWhole(String what, String table, String kind, String reason, String ddl)
      throws Exception {
    run(ddl.split("; ", -1));
    run(FILL.formatted("t"), "delete from t where i % 3 = 0", "analyze");
    assertPlan(table, kind, reason == null ? "" : reason, true);
  }

  @Test
  void aMaterializedViewIsCutLikeATable() throws Exception {
    run("create table t (i int, v text)", FILL.formatted("t"));
    run("create materialized view seen as select * from t", "analyze");
    assertPlan("seen", "ctid ranges", "", true);
  }

  @Test
  void aForeignTableIsReadByOneCursorAndTheReasonSaysThatItIsOutsideOfTheSnapshot()
      throws Exception {
    String port = Integer.toString(URI.create(database.url().substring(5)).getPort());
    run(
        "create table t (i int, v text)",
        FILL.formatted("t"),
        "create extension postgres_fdw",
        "create server here foreign data wrapper postgres_fdw options (host '127.0.0.1', port '%s', dbname '%s')"
            .formatted(port, database.name()),
        "create user mapping for current_user server here options (user '%s', password '%s')"
            .formatted(PostgresServer.USER, PostgresServer.PASSWORD),
        "create foreign table far (i int, v text) server here options (table_name 't')",
        "create table parts (i int, v text) partition by range (i)",
        "create table near partition of parts for values from (100000) to (200000)",
        "insert into parts values (100000, 'near')",
        "create foreign table remote partition of parts for values from (0) to (100000) server here options (table_name 't')");
    assertPlan("far", "one cursor", "the foreign table far " + OUTSIDE, false);
    assertPlan("parts", "one cursor", "the foreign table remote " + OUTSIDE, false);
  }

  private static final String OUTSIDE =
      "has no pages, and its server does not know the snapshot: its rows are those of the moment at which they are read";

  /**
   * @param writes whether the table it is made of is written to before each chunk
   */
  private void assertPlan(String table, String kind, String reason, boolean writes)
      throws Exception {
    var name = new TableName("public", table);
    var whole = new Split.Range(source.dialect().quote(name), "", List.of(), -1);
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 2)) {
      List<String> expected = rows(snapshot, new Chunk(0, whole, ""));
      assertThat(expected).isNotEmpty();
      TablePlan plan =
          new Planner(source, EncodeOptions.DEFAULTS, 500)
              .plan(snapshot, new TableRequest(table, name, TableOptions.NONE));
      assertThat(plan.kind()).isEqualTo(kind);
      assertThat(plan.reason()).isEqualTo(reason);
      var union = new ArrayList<String>();
      for (Chunk chunk : plan.chunks()) {
        if (writes) {
          run(
              FILL.formatted("t"),
              "delete from t where i %% 7 = %d".formatted(chunk.index() % 7),
              "update t set v = 'later' where i % 5 = 0");
        }
        union.addAll(rows(snapshot, chunk));
      }
      assertThat(union).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static List<String> rows(Snapshot snapshot, Chunk chunk) throws SQLException {
    var found = new ArrayList<String>();
    try (Connection session = snapshot.session();
        PreparedStatement statement =
            session.prepareStatement("select i, v from " + chunk.from(snapshot));
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getInt(1) + " " + rows.getString(2));
      }
      snapshot.requireUnchanged(session, chunk.range().table(), List.of("i"));
    }
    return found;
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
