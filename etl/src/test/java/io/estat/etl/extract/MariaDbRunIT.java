package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Failure;
import io.estat.etl.extract.SnapshotPolicy.OnLost;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.MariaDbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs from a real MariaDB that loses its sessions or its rows meanwhile. */
@Timeout(300)
final class MariaDbRunIT {
  private static final int ROWS = 20_000;
  private static MariaDbServer server;

  @TempDir private Path folder;

  private MariaDbServer.Database database;
  private Source source;
  private Landing landing;

  @BeforeAll
  static void start() throws Exception {
    server = MariaDbServer.start("--log-bin");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    landing = new Landing(folder);
    database = server.createDatabase();
    fill();
    source =
        Sources.open(SourceSettings.of(database.url(), MariaDbServer.USER, MariaDbServer.PASSWORD));
  }

  @AfterEach
  void close() {
    source.close();
  }

  private void fill() throws SQLException {
    sql("create table t (i int primary key, v int)");
    sql("insert into t select seq, 0 from seq_1_to_%d".formatted(ROWS));
    sql("analyze table t");
  }

  @Test
  void goesOnWithTheSessionsThatAreLeft() throws Exception {
    Source losing = before(3, () -> killReaders(1));

    assertThat(landing.run(losing, options(OnLost.FAIL), "t"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("t")).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(landing.manifest()).contains("\"table_restarts\" : 0", "\"key ranges\"");
  }

  @Test
  void failsWithTheReasonWhenNoSessionIsLeft() throws Exception {
    Source losing = before(3, () -> killReaders(100));

    assertLost(landing.run(losing, options(OnLost.FAIL), "t"));
  }

  @Test
  void isReadAnewAtAnotherPointInTimeWhenNoSessionIsLeft() throws Exception {
    Source losing =
        before(
            3,
            () -> {
              sql("update t set v = 1");
              killReaders(100);
            });

    assertThat(landing.run(losing, options(OnLost.RESTART_TABLE), "t"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("t"))
        .hasSize(ROWS)
        .doesNotHaveDuplicates()
        .allMatch(line -> line.endsWith("\"v\":1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate t",
        "optimize table t",
        "alter table t force",
        "alter table t modify v bigint",
        "drop table t; create table t (i int primary key, v int)",
        "create table n (i int primary key, v int); rename table t to old, n to t"
      })
  void aTableThatIsWrittenAnewBeforeItIsReadFailsWithAClearWord(String ddl) throws Exception {
    // Later the database lets no such statement in: who has read the table holds its definition.
    Source bent =
        before(
            1,
            () -> {
              for (String statement : ddl.split("; ?", -1)) {
                sql(statement);
              }
            });

    JobOutcome outcome = landing.run(bent, options(OnLost.FAIL).withParallelTables(1), "t");

    if (ddl.contains("modify v bigint")) {
      Failure why = ((JobOutcome.Failed) outcome).why();
      assertThat(why.code()).isEqualTo("TABLE_CHANGED");
      assertThat(why.message()).contains(".t was altered while it was read: column v");
      assertThat(landing.files()).isEmpty();
    } else {
      assertLost(outcome);
    }
  }

  private void assertLost(JobOutcome outcome) throws Exception {
    assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
    Failure why = ((JobOutcome.Failed) outcome).why();
    assertThat(why.code()).as(why.message()).isEqualTo("SNAPSHOT_LOST");
    assertThat(landing.files()).isEmpty();
  }

  private Source before(int session, BentSource.Event event) {
    return BentSource.withEventBeforeSession(session, event, source);
  }

  private static ExtractOptions options(OnLost onLost) {
    return Landing.options()
        .withSplitRows(2_000)
        .withParallelTables(2)
        .withRetry(
            new RetryPolicy(
                3, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(30)))
        .withSnapshots(new SnapshotPolicy(Scope.JOB, onLost));
  }

  /** Of the sessions that are in a transaction of the source. */
  private void killReaders(int most) throws SQLException {
    var ids = new ArrayList<Long>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select trx_mysql_thread_id from information_schema.innodb_trx order by 1 desc")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    for (Long id : List.copyOf(ids.subList(0, Math.min(most, ids.size())))) {
      sql("kill " + id);
    }
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
