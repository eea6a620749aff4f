package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.ExtractionCompleted;
import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobStarted;
import io.estat.etl.domain.JobEvent.Waiting;
import io.estat.etl.extract.SnapshotPolicy.OnLost;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.FolderStore;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that one process begins and another one ends, from a real H2 into a real folder. */
final class GoingOnTest {
  private static final Instant STARTED = Instant.parse("2026-01-31T23:59:59Z");

  /** One worker, so that it is known which table comes first. */
  private static final ExtractOptions OPTIONS =
      Landing.options()
          .withParallelTables(1)
          .withSnapshots(new SnapshotPolicy(Scope.JOB, OnLost.RESTART_TABLE));

  @TempDir private Path folder;

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  private final RecordingWatch second = new RecordingWatch();
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    sql("create table BIG (ID int primary key, NOTE varchar(100))");
    sql("insert into BIG select X, 'before' from system_range(1, 1000)");
    sql("create table SMALL (ID int primary key, NOTE varchar(100))");
    sql("insert into SMALL values (1, 'before')");
    source = Sources.open(SourceSettings.of(url, "sa", ""));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    sql("shutdown");
  }

  /** Runs until the first table is completed, and then is no more. */
  private ExtractionCompleted firstTableOfAProcessThatDies() throws InterruptedException {
    var watch = new RecordingWatch();
    watch.onEach(ExtractionCompleted.class, done -> watch.loseTheClaim());
    JobOutcome outcome =
        new Extractor(source, new FolderStore(folder), OPTIONS, InstantSource.system())
            .run(Landing.order("BIG", "SMALL"), watch)
            .run();
    assertThat(outcome).isInstanceOf(JobOutcome.ClaimLost.class);
    return watch.events(ExtractionCompleted.class).getFirst();
  }

  private static JobOrder goingOn(ExtractionCompleted done) {
    return Landing.order("BIG", "SMALL")
        .goingOn(new Begun(STARTED, Map.of(done.table(), landed(done)), Map.of()));
  }

  private static Begun.Landed landed(ExtractionCompleted done) {
    return new Begun.Landed(done.objects(), Objects.requireNonNull(done.evidence()));
  }

  private JobOutcome goOn(Source from, JobOrder order) throws InterruptedException {
    return new Extractor(from, new FolderStore(folder), OPTIONS, InstantSource.system())
        .run(order, second)
        .run();
  }

  @Test
  void keepsTheCompletedTableAndReadsTheOtherAtAnotherPointInTime() throws Exception {
    ExtractionCompleted done = firstTableOfAProcessThatDies();
    String other = done.table().equals("BIG") ? "SMALL" : "BIG";
    byte[] kept = Files.readAllBytes(object(done.table()));
    sql("update BIG set NOTE = 'after'");
    sql("update SMALL set NOTE = 'after'");

    assertThat(goOn(source, goingOn(done))).isInstanceOf(JobOutcome.Completed.class);

    var landing = new Landing(folder);
    assertThat(object(done.table())).hasBinaryContent(kept);
    assertThat(landing.lines(done.table())).allMatch(line -> line.contains("before"));
    assertThat(landing.lines(other)).isNotEmpty().allMatch(line -> line.contains("after"));
    assertThat(landing.manifest())
        .contains("\"started_at\" : \"2026-01-31T23:59:59Z\"")
        .contains("\"snapshot\" : { \"scope\" : \"job\" }, \"started_at\"")
        .contains("\"name\" : \"BIG\"", "\"name\" : \"SMALL\"");
    assertThat(second.events(JobStarted.class)).isEmpty();
    assertThat(second.events(ExtractionCompleted.class))
        .extracting(ExtractionCompleted::table)
        .containsExactly(other);
  }

  @Test
  void readsTheOtherTableAtTheSamePointInTimeWhereThatLasts() throws Exception {
    Source lasting = BentSource.withLastingSnapshots(source);
    ExtractionCompleted done = firstTableOfAProcessThatDies();

    assertThat(goOn(lasting, goingOn(done))).isInstanceOf(JobOutcome.Completed.class);

    String id = Objects.requireNonNull(done.evidence()).snapshot();
    assertThat(new Landing(folder).manifest())
        .containsPattern("\"snapshot\" : \\{ \"scope\" : \"job\", \"id\" : \"" + id + "\"");
  }

  @Test
  void endsTheUploadsThatTheDeadProcessLeftOpen() throws Exception {
    ExtractionCompleted done = firstTableOfAProcessThatDies();
    String other = done.table().equals("BIG") ? "SMALL" : "BIG";
    ObjectUpload left =
        new FolderStore(folder)
            .upload(
                new ObjectUploadRequest(
                    "TRPID-0a1b2c3d/v001/" + other + ".jsonl.gz",
                    TableOutput.CONTENT_TYPE,
                    Map.of(),
                    1 << 16,
                    new UploadBudget(1 << 20),
                    Duration.ofSeconds(5),
                    UploadRetry.NEVER));
    left.append(new byte[1 << 17], 0, 1 << 17);
    left.finishParts();

    assertThat(goOn(source, goingOn(done))).isInstanceOf(JobOutcome.Completed.class);

    assertThat(new Landing(folder).files())
        .containsExactly(
            "BIG.jsonl.gz",
            "BIG.schema.json",
            "SMALL.jsonl.gz",
            "SMALL.schema.json",
            "TRPID-0a1b2c3d/_latest.json",
            "_manifest.json");
  }

  @Test
  void goesOnWithoutTheRightToEndUploads() throws Exception {
    ExtractionCompleted done = firstTableOfAProcessThatDies();
    var store = new FaultyStore(new FolderStore(folder));
    JobRun run =
        new Extractor(source, store, OPTIONS, InstantSource.system()).run(goingOn(done), second);
    store.fail(Fault.DENIED);
    second.onEach(ExtractionStarted.class, event -> store.well());

    assertThat(run.run()).isInstanceOf(JobOutcome.Completed.class);
  }

  /** The process dies, or only sleeps, between the commit of a table and its entry. */
  @Test
  void removesWhatTheDeadProcessShowedWithoutSayingSo() throws Exception {
    var asleep = new AsleepAtTheFirstCompletion();
    CompletableFuture<JobOutcome> dead = start(asleep);
    asleep.fellAsleep.await();
    var landing = new Landing(folder);
    assertThat(landing.files()).as("shown by the dead").hasSize(2);
    sql("update BIG set NOTE = 'after'");
    sql("update SMALL set NOTE = 'after'");

    JobOutcome outcome =
        goOn(source, Landing.order("BIG", "SMALL").goingOn(new Begun(STARTED, Map.of(), Map.of())));

    assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    asleep.wakes.countDown();
    assertThat(dead.join()).isInstanceOf(JobOutcome.ClaimLost.class);
    assertThat(landing.files())
        .as("after the one that slept has tidied up")
        .containsExactly(
            "BIG.jsonl.gz",
            "BIG.schema.json",
            "SMALL.jsonl.gz",
            "SMALL.schema.json",
            "TRPID-0a1b2c3d/_latest.json",
            "_manifest.json");
    for (String table : List.of("BIG", "SMALL")) {
      assertThat(landing.lines(table)).isNotEmpty().allMatch(line -> line.contains("after"));
    }
  }

  @Test
  void whoLosesTheJobBeforeATableIsEnteredTakesTheTableBack() throws Exception {
    var asleep = new AsleepAtTheFirstCompletion();
    asleep.wakes.countDown();

    assertThat(start(asleep).join()).isInstanceOf(JobOutcome.ClaimLost.class);

    assertThat(asleep.fellAsleep.getCount()).isZero();
    assertThat(new Landing(folder).files()).isEmpty();
  }

  /** Loses the job to another process just when a table is to be entered as completed. */
  private static final class AsleepAtTheFirstCompletion implements JobWatch {
    final CountDownLatch fellAsleep = new CountDownLatch(1);
    final CountDownLatch wakes = new CountDownLatch(1);

    @Override
    public void on(JobEvent event) throws ClaimLostException {
      if (event instanceof ExtractionCompleted) {
        fellAsleep.countDown();
        try {
          wakes.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts a run", e);
        }
        throw new ClaimLostException("another process has the job");
      }
      requireClaim();
    }

    @Override
    public void requireClaim() throws ClaimLostException {
      if (wakes.getCount() == 0 && fellAsleep.getCount() == 0) {
        throw new ClaimLostException("another process has the job");
      }
    }
  }

  private CompletableFuture<JobOutcome> start(JobWatch watch) {
    var outcome = new CompletableFuture<JobOutcome>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                outcome.complete(
                    new Extractor(source, new FolderStore(folder), OPTIONS, InstantSource.system())
                        .run(Landing.order("BIG", "SMALL"), watch)
                        .run());
              } catch (InterruptedException | RuntimeException e) {
                outcome.completeExceptionally(e);
              }
            });
    return outcome;
  }

  /** By two processes, of which the second wrote the manifest. */
  private Begun bothLanded() throws Exception {
    ExtractionCompleted first = firstTableOfAProcessThatDies();
    goOn(source, goingOn(first));
    ExtractionCompleted last = second.events(ExtractionCompleted.class).getFirst();
    return new Begun(
        STARTED, Map.of(first.table(), landed(first), last.table(), landed(last)), Map.of());
  }

  /** Its manifest may be there, so it is completed; also while the database is away. */
  @Test
  void aJobThatHasOnlyItsEndLeftIsNotCancelledAnyMore() throws Exception {
    Begun both = bothLanded();
    byte[] manifest = Files.readAllBytes(object("BIG").resolveSibling("_manifest.json"));
    source.close();
    var third = new RecordingWatch();
    JobRun run =
        new Extractor(source, new FolderStore(folder), OPTIONS, InstantSource.system())
            .run(Landing.order("BIG", "SMALL").goingOn(both), third);
    run.cancel(new Failure("CANCELLED", "too late"));

    assertThat(run.run()).isInstanceOf(JobOutcome.Completed.class);
    assertThat(third.events()).singleElement().isInstanceOf(JobCompleted.class);
    assertThat(object("BIG").resolveSibling("_manifest.json")).hasBinaryContent(manifest);
  }

  @Test
  void norWhileTheStoreDoesNotAnswer() throws Exception {
    Begun both = bothLanded();
    Files.delete(object("BIG").resolveSibling("_manifest.json"));
    var store = new FaultyStore(new FolderStore(folder));
    store.fail(Fault.UNAVAILABLE);
    var third = new RecordingWatch();
    third.onEach(Waiting.class, event -> store.well());
    var patient =
        new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMinutes(1));
    JobRun run =
        new Extractor(source, store, OPTIONS.withRetry(patient), InstantSource.system())
            .run(Landing.order("BIG", "SMALL").goingOn(both), third);
    run.cancel(new Failure("CANCELLED", "too late"));

    assertThat(run.run()).isInstanceOf(JobOutcome.Completed.class);
    assertThat(new Landing(folder).manifest()).contains("\"name\" : \"SMALL\"");
  }

  @Test
  void onlyWritesTheManifestWhereEveryTableIsCompleted() throws Exception {
    Begun both = bothLanded();
    Files.delete(object("BIG").resolveSibling("_manifest.json"));

    JobOutcome outcome = goOn(source, Landing.order("BIG", "SMALL").goingOn(both));

    assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    assertThat(new Landing(folder).manifest()).contains("\"name\" : \"SMALL\"");
  }

  private Path object(String table) {
    return folder.resolve("TRPID-0a1b2c3d/v001/" + table + ".jsonl.gz");
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}
