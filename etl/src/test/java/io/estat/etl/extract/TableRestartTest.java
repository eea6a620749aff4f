package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.Progress;
import io.estat.etl.extract.SnapshotPolicy.OnLost;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.FolderStore;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose tables cannot be read in one go, from a real H2 into a real folder. */
final class TableRestartTest {
  private static final SnapshotPolicy RESTART = new SnapshotPolicy(Scope.JOB, OnLost.RESTART_TABLE);

  /** Of these rows more than a chunk may hold back is with the store before the end. */
  private static final int NOISE = 300_000;

  @TempDir private Path folder;

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  private Landing landing;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    landing = new Landing(folder);
    sql("create table ORDERS (ID int primary key, NOTE varchar(100))");
    sql("insert into ORDERS select X, 'old' from system_range(1, 1000)");
    sql("create table NOTHING (ID int)");
    source = Sources.open(SourceSettings.of(url, "sa", ""));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    sql("shutdown");
  }

  @Test
  void aTableThatIsCutAfterAPartOfItWentToTheStoreBeginsAnewAtTheSamePointInTime()
      throws Exception {
    noise();
    Source cut = BentSource.cuttingCursors(1, NOISE - 10, source);

    assertThat(landing.run(cut, Landing.options(), "NOISE"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("NOISE")).hasSize(NOISE).doesNotHaveDuplicates();
    assertThat(landing.manifest())
        .contains("\"table_restarts\" : 1", "\"scope\" : \"job\"")
        .doesNotContain("\"scope\" : \"table\"");
    assertThat(landing.files())
        .containsExactly(
            "NOISE.jsonl.gz", "NOISE.schema.json", "TRPID-0a1b2c3d/_latest.json", "_manifest.json");
    assertThat(landing.watch().events(ExtractionStarted.class)).hasSize(1);
    assertThat(landing.watch().events(Progress.class)).allMatch(step -> step.rows() <= NOISE);
  }

  @Test
  void aTableBeginsAnewNoMoreOftenThanACallIsRetried() throws Exception {
    noise();
    Source cut = BentSource.cuttingCursors(100, NOISE - 10, source);

    JobOutcome outcome = landing.run(cut, Landing.options(), "NOISE", "NOTHING");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("ORACLE_CONNECTION_ERROR");
    assertThat(landing.files()).containsExactly("NOTHING.jsonl.gz", "NOTHING.schema.json");
  }

  @Test
  void aSnapshotThatIsLostOnceIsReadAgain() throws Exception {
    Source lost = BentSource.losingSnapshots(1, 500, n -> {}, source);

    assertThat(landing.run(lost, Landing.options(), "ORDERS"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("ORDERS")).hasSize(1000).doesNotHaveDuplicates();
    assertThat(landing.manifest()).contains("\"table_restarts\" : 0");
  }

  @Test
  void aSnapshotThatIsLostFailsTheTable() throws Exception {
    Source lost = BentSource.losingSnapshots(2, 500, n -> {}, source);

    JobOutcome outcome = landing.run(lost, Landing.options(), "ORDERS", "NOTHING");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("SNAPSHOT_LOST");
    assertThat(landing.files()).containsExactly("NOTHING.jsonl.gz", "NOTHING.schema.json");
  }

  @Test
  void aTableThatLostItsSnapshotIsReadAnewAtAnotherPointInTimeAndNeverAtTwo() throws Exception {
    Source lost =
        BentSource.losingSnapshots(
            2, 500, n -> sql("update ORDERS set NOTE = 'new " + n + "'"), source);

    assertThat(landing.run(lost, Landing.options().withSnapshots(RESTART), "ORDERS", "NOTHING"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("ORDERS"))
        .hasSize(1000)
        .doesNotHaveDuplicates()
        .allMatch(line -> line.endsWith("\"NOTE\":\"new 2\"}"));
    assertThat(landing.manifest())
        .contains("\"on_snapshot_lost\" : \"restart_table\"")
        .as("no point in time that all tables have in common")
        .contains("\"snapshot\" : { \"scope\" : \"job\" }, \"started_at\"")
        .contains("\"snapshot\" : { \"scope\" : \"table\", \"id\" : \"one session\"")
        .contains("\"table_restarts\" : 1", "\"table_restarts\" : 0");
  }

  @Test
  void aTableThatLosesEverySnapshotFails() throws Exception {
    var losses = new AtomicInteger();
    Source lost = BentSource.losingSnapshots(100, 500, losses::set, source);

    JobOutcome outcome = landing.run(lost, Landing.options().withSnapshots(RESTART), "ORDERS");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("SNAPSHOT_LOST");
    // The table is tried three times, each with one retry of its only chunk.
    assertThat(losses).hasValue(6);
    assertThat(landing.files()).isEmpty();
  }

  @Test
  void everyTableCanHaveASnapshotOfItsOwn() throws Exception {
    ExtractOptions options =
        Landing.options().withSnapshots(new SnapshotPolicy(Scope.TABLE, OnLost.FAIL));

    assertThat(landing.run(source, options, "ORDERS", "NOTHING"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.manifest())
        .contains("\"snapshot\" : { \"scope\" : \"table\" }")
        .contains("\"snapshot\" : { \"scope\" : \"table\", \"id\" : \"one session\"");
  }

  @Test
  void whatBecameVisibleIsTakenBackWhenTheTableFailsAfterwards() throws Exception {
    noise();
    var store = new FaultyStore(new FolderStore(folder));
    // The first object is shown, the second is not.
    store.script(FaultyStore.Call.UPLOAD_COMPLETE, Fault.NONE, Fault.DENIED);
    ExtractOptions small = Landing.options().withMaxObjectBytes(5_000_000);

    JobOutcome outcome = landing.run(source, store, small, "NOISE");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("GCS_UPLOAD_ERROR");
    assertThat(store.calls(FaultyStore.Call.UPLOAD_COMPLETE)).isEqualTo(2);
    assertThat(landing.files()).isEmpty();
  }

  @Test
  void aTableWithoutItsSchemaFileLeavesNothing() throws Exception {
    var store = new FaultyStore(new FolderStore(folder));
    store.script(FaultyStore.Call.UPLOAD_COMPLETE, Fault.NONE, Fault.DENIED);

    JobOutcome outcome = landing.run(source, store, Landing.options(), "ORDERS");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("GCS_UPLOAD_ERROR");
    assertThat(landing.files()).isEmpty();
  }

  private void noise() throws SQLException {
    sql(
        "create table NOISE as select X as ID, random_uuid() as U from system_range(1, %d)"
            .formatted(NOISE));
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
