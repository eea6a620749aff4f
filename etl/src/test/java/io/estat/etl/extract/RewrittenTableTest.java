package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Failure;
import io.estat.etl.extract.SnapshotPolicy.OnLost;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables of PostgreSQL that get another file while they are read. Such commands do not ask who
 * still needs the rows as they were, and the server shows too few of them without a word.
 */
@Timeout(300)
final class RewrittenTableTest {
  private static final int ROWS = 20_000;

  @TempDir private Path folder;

  private PostgresServer.Database database;
  private Source source;
  private Landing landing;

  @BeforeEach
  void open() throws SQLException {
    landing = new Landing(folder);
    database = PostgresServer.shared().createDatabase();
    sql("create table t (i int primary key, v int)");
    sql("insert into t select i, 0 from generate_series(1, %d) i".formatted(ROWS));
    sql("analyze t");
    source =
        Sources.open(
            SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
  }

  @AfterEach
  void close() {
    source.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate t",
        "vacuum full t",
        "cluster t using t_pkey",
        "alter table t alter column v type bigint",
        "alter table t add column w text default clock_timestamp()",
        "drop table t; create table t (i int primary key, v int)",
        "alter table t rename to old; create table t (i int, v int); insert into t values (1, 1)"
      })
  void failsWithAClearWord(String ddl) throws Exception {
    for (int before = 1; before <= 3; before++) {
      JobOutcome outcome = landing.run(withDdl(ddl, before), options(OnLost.FAIL), "t");

      Failure why = ((JobOutcome.Failed) outcome).why();
      // Columns that are others by now are named; what else was done PostgreSQL does not tell.
      if (why.code().equals("TABLE_CHANGED")) {
        assertThat(ddl).startsWith("alter table t").doesNotContain("rename");
        assertThat(why.message()).contains("public.t was altered while it was read: column ");
      } else {
        assertThat(why.code()).isEqualTo("SNAPSHOT_LOST");
        assertThat(why.message()).contains("public.t", "TRUNCATE, VACUUM FULL");
      }
      assertThat(landing.files()).isEmpty();
      again();
    }
  }

  @Test
  void isReadAnewWhereThatIsAllowed() throws Exception {
    Source bent =
        withDdl("truncate t; insert into t select i, 1 from generate_series(1, 5000) i", 3);

    assertThat(landing.run(bent, options(OnLost.RESTART_TABLE), "t"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("t"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 5000).mapToObj("{\"i\":%d,\"v\":1}"::formatted).toList());
    assertThat(landing.manifest()).contains("\"table_restarts\" : 1");
  }

  @Test
  void isSeenBehindViewsPartitionsAndMaterializedViewsToo() throws Exception {
    sql("create view behind as select i from t");
    sql("create materialized view kept as select i, v from t");
    sql("analyze kept");
    createParts();
    for (var each :
        List.of(
            List.of("behind", "truncate t"),
            List.of("kept", "refresh materialized view kept"),
            List.of("parts", "truncate low"),
            List.of("through", "drop table high"),
            List.of("through", "alter table parts detach partition high"),
            List.of(
                "through",
                "alter table parts attach partition late for values from (30000) to (40000)"),
            List.of("parts", "drop table high; create table high partition of parts default"))) {
      Source bent = withDdl(each.getLast(), 1);

      JobOutcome outcome = landing.run(bent, options(OnLost.FAIL), each.getFirst());

      assertThat(outcome).as(each.toString()).isInstanceOf(JobOutcome.Failed.class);
      assertThat(((JobOutcome.Failed) outcome).why().code())
          .as(each.toString())
          .isIn("SNAPSHOT_LOST", "TABLE_CHANGED");
      assertThat(landing.files()).isEmpty();
      sql("drop view through");
      sql("drop table parts, late");
      sql("drop table if exists high");
      createParts();
    }
  }

  @Test
  void partitionsThatAreMadeMeanwhileAreNot() throws Exception {
    createParts();
    String more =
        "create table more partition of parts for values from (30000) to (40000);"
            + " insert into parts values (30001)";
    for (String table : List.of("parts", "through")) {
      assertThat(landing.run(withDdl(more, 1), options(OnLost.FAIL), table))
          .isInstanceOf(JobOutcome.Completed.class);
      assertThat(landing.lines(table)).hasSize(ROWS);
      sql("drop table more");
    }
  }

  @Test
  void aColumnThatNobodyReadsMayGo() throws Exception {
    sql("create view half as select i from t");
    Source bent = withDdl("alter table t drop column v", 1);

    assertThat(landing.run(bent, options(OnLost.FAIL), "half"))
        .isInstanceOf(JobOutcome.Completed.class);
    assertThat(landing.lines("half")).hasSize(ROWS);
  }

  @Test
  void isNotWhatOrdinaryWorkOnATableDoes() throws Exception {
    Source bent =
        withDdl(
            "create index more on t (v); reindex table t; update t set v = 1; analyze t; vacuum t;"
                + " comment on table t is 'x'",
            2);

    assertThat(landing.run(bent, options(OnLost.FAIL), "t"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("t")).hasSize(ROWS).allMatch(line -> line.endsWith("\"v\":0}"));
  }

  private void createParts() throws SQLException {
    sql("create table parts (i int) partition by range (i)");
    sql("create table low partition of parts for values from (0) to (10000)");
    sql("create table high partition of parts for values from (10000) to (30000)");
    sql("insert into parts select i from t");
    sql("create view through as select i from parts");
    sql("create table late (i int)");
    sql("insert into late values (30001)");
    sql("analyze parts");
  }

  /** Runs before the session is given to the reader of the chunk that is {@code before}-th. */
  private Source withDdl(String ddl, int before) {
    return BentSource.withEventBeforeSession(
        before,
        () -> {
          for (String statement : ddl.split("; ?", -1)) {
            sql(statement);
          }
        },
        source);
  }

  private void again() throws SQLException {
    sql("drop table if exists old");
    sql("drop table t");
    sql("create table t (i int primary key, v int)");
    sql("insert into t select i, 0 from generate_series(1, %d) i".formatted(ROWS));
    sql("analyze t");
  }

  private static ExtractOptions options(OnLost onLost) {
    return Landing.options()
        .withSplitRows(2_000)
        .withParallelTables(1)
        .withSnapshots(new SnapshotPolicy(Scope.JOB, onLost));
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
