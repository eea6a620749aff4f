package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Points in time of runs whose tables are cut into chunks, from a real PostgreSQL. */
@Timeout(300)
final class PostgresSnapshotTest {
  private static final int ROWS = 20_000;
  private static final Pattern TABLES_SNAPSHOT =
      Pattern.compile("\"reason\" : \"[^\"]*\", \"chunks\" : \\d+ }, \"snapshot\" : (\\{[^}]*})");

  @TempDir private Path folder;

  private PostgresServer.Database database;
  private Source source;
  private Landing landing;

  @BeforeEach
  void open() throws SQLException {
    landing = new Landing(folder);
    database = PostgresServer.shared().createDatabase();
    for (String table : List.of("a", "b")) {
      sql("create table %s (i int, v int)".formatted(table));
      sql("insert into %s select i, 0 from generate_series(1, %d) i".formatted(table, ROWS));
      sql("analyze " + table);
    }
    source =
        Sources.open(
            SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void aJobHasOneSnapshot() throws Exception {
    assertThat(landing.run(source, options(Scope.JOB, OnLost.FAIL), "a", "b"))
        .isInstanceOf(JobOutcome.Completed.class);
    assertThat(new TreeSet<>(snapshots())).hasSize(1).allMatch(s -> s.contains("\"job\""));
    assertWhole("a");
  }

  @Test
  void eachTableHasOneOfItsOwn() throws Exception {
    assertThat(landing.run(source, options(Scope.TABLE, OnLost.FAIL), "a", "b"))
        .isInstanceOf(JobOutcome.Completed.class);
    assertThat(new TreeSet<>(snapshots())).hasSize(2).allMatch(s -> s.contains("\"table\""));
    assertWhole("a");
    assertWhole("b");
  }

  @Test
  void eachChunkHasOneOfItsOwn() throws Exception {
    assertThat(landing.run(source, options(Scope.CHUNK, OnLost.FAIL), "a", "b"))
        .isInstanceOf(JobOutcome.Completed.class);
    assertThat(snapshots())
        .hasSize(2)
        .allMatch(s -> s.contains("\"chunk\"") && s.contains("\"taken_until\""));
    assertWhole("a");
    assertWhole("b");
  }

  @Test
  void withTheExporterGoneTheTableIsReadAnewAtOnePointInTime() throws Exception {
    Source losing =
        before(
            3,
            () -> {
              sql("update a set v = 1");
              endExporter();
            });

    assertThat(landing.run(losing, options(Scope.JOB, OnLost.RESTART_TABLE), "a"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertWhole("a");
    assertThat(landing.lines("a")).allMatch(line -> line.endsWith("\"v\":1}"));
    assertThat(snapshots()).allMatch(s -> s.contains("\"table\""));
    assertThat(landing.manifest()).contains("\"table_restarts\" : 1");
  }

  @Test
  void withTheExporterGoneTheJobFailsWithTheReason() throws Exception {
    Source losing = before(3, this::endExporter);

    JobOutcome outcome = landing.run(losing, options(Scope.JOB, OnLost.FAIL), "a");

    assertLost(outcome);
  }

  @Test
  void aDatabaseThatIsStartedAgainFailsTheJobWithTheReason() throws Exception {
    Source losing = before(3, PostgresServer.shared()::crash);

    JobOutcome outcome = landing.run(losing, patient(OnLost.FAIL), "a");

    assertLost(outcome);
  }

  @Test
  void aDatabaseThatIsStartedAgainIsWaitedForAndReadAnewAtOnePointInTime() throws Exception {
    Source losing =
        before(
            3,
            () -> {
              sql("update a set v = 1");
              PostgresServer.shared().crash();
            });

    assertThat(landing.run(losing, patient(OnLost.RESTART_TABLE), "a"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertWhole("a");
    assertThat(landing.lines("a")).allMatch(line -> line.endsWith("\"v\":1}"));
  }

  @Test
  void aRowThatIsCommittedLateIsInTheNextVersion(@TempDir Path next) throws Exception {
    try (Connection slow = database.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      statement.execute("insert into a values (0, 0)");
      landing.run(source, options(Scope.JOB, OnLost.FAIL), "a");
      slow.commit();
    }
    var later = new Landing(next);
    later.run(source, options(Scope.JOB, OnLost.FAIL), "a");

    assertWhole("a");
    assertThat(later.lines("a")).hasSize(ROWS + 1).contains("{\"i\":0,\"v\":0}");
    assertThat(later.manifest()).contains("\"mode\" : \"full\"", "\"watermark\" : null");
  }

  private void assertLost(JobOutcome outcome) throws Exception {
    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("SNAPSHOT_LOST");
    assertThat(((JobOutcome.Failed) outcome).why().message())
        .contains("the point in time of the job is gone: ", "snapshot");
    assertThat(landing.files()).isEmpty();
  }

  private Source before(int session, BentSource.Event event) {
    return BentSource.withEventBeforeSession(session, event, source);
  }

  private static ExtractOptions patient(OnLost onLost) {
    return options(Scope.JOB, onLost)
        .withRetry(
            new RetryPolicy(
                3, Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(60)));
  }

  private void assertWhole(String table) throws Exception {
    assertThat(landing.lines(table)).hasSize(ROWS).doesNotHaveDuplicates();
  }

  /** What the manifest says of each table. */
  private List<String> snapshots() throws Exception {
    return TABLES_SNAPSHOT.matcher(landing.manifest()).results().map(MatchResult::group).toList();
  }

  private static ExtractOptions options(Scope scope, OnLost onLost) {
    return Landing.options()
        .withSplitRows(2_000)
        .withParallelTables(2)
        .withSnapshots(new SnapshotPolicy(scope, onLost));
  }

  private void endExporter() throws SQLException {
    sql(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            + " where query like '%pg_export_snapshot%' and pid <> pg_backend_pid()");
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
