package io.estat.etl.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionStatus;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.Trigger;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.server.store.CancelRequest;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.StoredEvent;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobRunnerTest {
  private record Heard(JobId job, JobEvent event, long seq) {}

  private final ManualClock time = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final ConcurrentLinkedQueue<Heard> heard = new ConcurrentLinkedQueue<>();
  private final StoreDatabase database;
  private final Stores stores;

  JobRunnerTest(@TempDir Path folder) {
    database = StoreDatabase.open(new StoreSettings("jdbc:h2:file:" + folder + "/store", "", ""));
    stores = Stores.of(database, this::now, RandomGenerator.getDefault());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  private static RunnerOptions handingOn() {
    return new RunnerOptions("this", 1, true, RunnerOptions.Times.DEFAULT);
  }

  private JobRunner runner(ScriptedEngine.Script script, int maxJobs) {
    return runner(new RunnerOptions("this", maxJobs), script);
  }

  private JobRunner runner(RunnerOptions options, ScriptedEngine.Script script) {
    return new JobRunner(
        stores,
        new ScriptedEngine(script),
        (job, event, seq) -> heard.add(new Heard(job, event, seq)),
        options,
        this::now);
  }

  @Test
  void runsAWaitingJobToItsEnd() {
    Job job = job();
    JobRunner runner = runner(ScriptedEngine.completing(now()), 1);

    runner.turn();

    awaitStatus(job, JobStatus.COMPLETED);
    await().until(() -> heard.size() == 6);
    assertThat(heard)
        .extracting(h -> h.event().name())
        .startsWith("job_started", "extraction_started", "extraction_completed")
        .endsWith("job_completed");
    assertThat(heard).extracting(Heard::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void runsNoMoreThanTheLimitAtOnce() {
    Job first = job();
    time.advance(Duration.ofMillis(1));
    Job second = job();
    JobRunner runner = runner(ScriptedEngine.obeying(now()), 1);

    runner.turn();
    awaitStatus(first, JobStatus.RUNNING);
    runner.turn();
    assertThat(status(second)).isEqualTo(JobStatus.PENDING);

    stores.jobs().requestCancel(first.id());
    await()
        .untilAsserted(
            () -> {
              runner.turn();
              assertThat(status(second)).isEqualTo(JobStatus.RUNNING);
            });
    assertThat(status(first)).isEqualTo(JobStatus.CANCELLED);
    endAll(runner, second);
  }

  @Test
  void obeysACancelRequestAtItsNextTurn() {
    Job job = job();
    JobRunner runner = runner(ScriptedEngine.obeying(now()), 1);
    runner.turn();
    awaitStatus(job, JobStatus.RUNNING);

    assertThat(stores.jobs().requestCancel(job.id())).isInstanceOf(CancelRequest.Accepted.class);
    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
    runner.turn();

    awaitStatus(job, JobStatus.CANCELLED);
    assertThat(find(job).extractions())
        .extracting(Extraction::error)
        .allSatisfy(error -> assertThat(error.code()).isEqualTo("CANCELLED"));
    assertThat(stores.claims().openUploads()).isEmpty();
  }

  @Test
  void givesUpAnEngineThatHasNotEndedAfterThirtySeconds() {
    Job job = job();
    var goOn = new CountDownLatch(1);
    var lost = new CompletableFuture<Boolean>();
    JobRunner runner =
        runner(
            (j, reports, cancelled) -> {
              reports.on(new JobEvent.JobStarted(now(), List.of()));
              goOn.await();
              try {
                reports.requireClaim();
                lost.complete(false);
              } catch (ClaimLostException e) {
                lost.complete(true);
                throw e;
              }
            },
            1);
    runner.turn();
    awaitStatus(job, JobStatus.RUNNING);
    stores.jobs().requestCancel(job.id());
    runner.turn();

    time.advance(Duration.ofSeconds(30).minusMillis(1));
    runner.turn();
    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
    time.advance(Duration.ofMillis(1));
    runner.turn();

    Job cancelled = find(job);
    assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(stores.claims().openUploads()).containsExactly(job.id());
    goOn.countDown();
    assertThat(lost.join()).isTrue();
    assertThat(find(job)).isEqualTo(cancelled);
    assertThat(heard).last().extracting(h -> h.event().name()).isEqualTo("job_cancelled");
    assertThat(runner.givenUp()).isEqualTo(1);
    assertThat(runner.claimsLost()).isZero();
  }

  @Test
  void aBrokenEngineFailsItsJobWithoutTellingItsInside() {
    Job job = job();
    JobRunner runner =
        runner(
            (j, reports, cancelled) -> {
              reports.on(new JobEvent.JobStarted(now(), List.of()));
              throw new IllegalStateException("password=secret");
            },
            1);

    runner.turn();

    awaitStatus(job, JobStatus.FAILED);
    assertThat(error(job).code()).isEqualTo("INTERNAL_ERROR");
    assertThat(error(job).message()).doesNotContain("secret");
    assertThat(stores.claims().openUploads())
        .as("what it may have left is looked for")
        .containsExactly(job.id());
  }

  /** It may have its manifest by then. */
  @Test
  void aJobWhoseEngineBreaksAfterTheLastTableIsCompletedByTheNextHolder() {
    Job job = job();
    JobRunner runner =
        runner(
            (j, reports, cancelled) -> {
              if (j.status() == JobStatus.RUNNING) {
                reports.on(new JobEvent.JobCompleted(now()));
                return;
              }
              reports.on(new JobEvent.JobStarted(now(), List.of()));
              for (Extraction table : j.extractions()) {
                reports.on(new JobEvent.ExtractionStarted(now(), table.tableName(), -1));
                reports.on(new JobEvent.ExtractionCompleted(now(), table.tableName(), List.of()));
              }
              throw new IllegalStateException("the job store was away for too long");
            },
            1);

    await()
        .untilAsserted(
            () -> {
              runner.turn();
              assertThat(status(job)).isEqualTo(JobStatus.COMPLETED);
            });
  }

  @Test
  void anEngineThatCannotBePreparedFailsItsJobAndTheNextOneRuns() {
    Job first = job();
    time.advance(Duration.ofMillis(1));
    Job second = job();
    var good = new ScriptedEngine(ScriptedEngine.completing(now()));
    var runner =
        new JobRunner(
            stores,
            (job, transport, reports) -> {
              if (job.id().equals(first.id())) {
                throw new IllegalStateException("no source");
              }
              return good.prepare(job, transport, reports);
            },
            (job, event, seq) -> {},
            new RunnerOptions("this", 1),
            this::now);

    runner.turn();

    awaitStatus(first, JobStatus.FAILED);
    awaitStatus(second, JobStatus.COMPLETED);
  }

  @Test
  void soIsOneWhoseNextEngineCannotBePrepared() {
    Job job = job();
    Claim dead = beganElsewhere();
    for (String table : List.of("A", "B")) {
      stores.events().append(dead, new JobEvent.ExtractionStarted(now(), table, -1));
      stores.events().append(dead, new JobEvent.ExtractionCompleted(now(), table, List.of()));
    }
    stores.claims().abandon(dead, JobReports.SHUTDOWN);
    var tries = new AtomicInteger();
    var good =
        new ScriptedEngine((j, watch, cancelled) -> watch.on(new JobEvent.JobCompleted(now())));
    var runner =
        new JobRunner(
            stores,
            (j, transport, reports) -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("the job store does not answer");
              }
              return good.prepare(j, transport, reports);
            },
            (j, event, seq) -> {},
            new RunnerOptions("this", 1),
            this::now);

    runner.turn();

    awaitStatus(job, JobStatus.COMPLETED);
  }

  @Test
  void endsAJobWhoseProcessHasGivenNoSignOfLifeFor55Seconds() {
    Job job = job();
    Claim dead = beganElsewhere();
    JobRunner watcher = runner(ScriptedEngine.completing(now()), 1);
    watcher.turn();

    for (int seconds = 5; seconds < 55; seconds += 5) {
      time.advance(Duration.ofSeconds(5));
      watcher.turn();
      assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
    }
    time.advance(Duration.ofSeconds(5));
    watcher.turn();

    assertThat(error(job).code()).isEqualTo("PROCESS_DIED");
    assertThat(find(job).status()).isEqualTo(JobStatus.FAILED);
    assertThat(stores.claims().isHeld(dead)).isFalse();
    assertThat(stores.claims().openUploads()).containsExactly(job.id());
    assertThat(heard).last().extracting(h -> h.event().name()).isEqualTo("job_failed");
    assertThat(watcher.foundDead()).isEqualTo(1);
  }

  @Test
  void countsAJobThatAnotherProcessTookAway() {
    Job job = job();
    JobRunner runner = runner(ScriptedEngine.obeying(now()), 1);
    runner.turn();
    awaitStatus(job, JobStatus.RUNNING);

    stores.claims().bury(stores.claims().held().getFirst(), new Failure("PROCESS_DIED", "taken"));

    await()
        .untilAsserted(
            () -> {
              runner.turn();
              assertThat(runner.claimsLost()).isEqualTo(1);
            });
    assertThat(runner.foundDead()).isZero();
    assertThat(error(job).code()).isEqualTo("PROCESS_DIED");
  }

  @Test
  void leavesAJobAloneThatGivesSignsOfLife() {
    Job job = job();
    Claim alive = beganElsewhere();
    JobRunner watcher = runner(ScriptedEngine.completing(now()), 1);

    for (int seconds = 0; seconds < 300; seconds += 5) {
      watcher.turn();
      if (seconds % 50 == 0) {
        stores.claims().renew(alive);
      }
      time.advance(Duration.ofSeconds(5));
    }

    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void aWatcherThatSleptItselfBeginsToWatchAnew() {
    Job job = job();
    beganElsewhere();
    JobRunner watcher = runner(ScriptedEngine.completing(now()), 1);
    watcher.turn();
    time.advance(Duration.ofSeconds(50));
    watcher.turn();
    time.advance(Duration.ofSeconds(10));
    watcher.turn();

    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void theOnlyProcessEndsAtItsStartWhatItsPredecessorHeld() {
    Job job = job();
    beganElsewhere();
    JobRunner next = runner(ScriptedEngine.completing(now()), 1);

    next.endWhatDiedBefore();

    assertThat(error(job).code()).isEqualTo("PROCESS_DIED");
  }

  @Test
  void stoppingFailsWhatRunsAndLeavesWhatWaits() {
    Job running = job();
    time.advance(Duration.ofMillis(1));
    Job waiting = job();
    try (JobRunner runner = runner(ScriptedEngine.obeying(now()), 1)) {
      runner.start();
      awaitStatus(running, JobStatus.RUNNING);
    }

    assertThat(status(running)).isEqualTo(JobStatus.FAILED);
    assertThat(find(running).error()).isEqualTo(JobReports.SHUTDOWN);
    assertThat(status(waiting)).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void aDeadJobThatMayGoOnIsTakenUpByTheNextProcess() {
    Job job = job();
    beganElsewhere();
    JobRunner next = runner(handingOn(), ScriptedEngine.goingOn(now()));

    next.endWhatDiedBefore();
    next.turn();

    awaitStatus(job, JobStatus.COMPLETED);
    assertThat(stores.events().after(job.id(), 0, 100))
        .extracting(e -> e.event().name())
        .containsSubsequence("job_started", "waiting", "extraction_started", "job_completed")
        .containsOnlyOnce("job_started");
  }

  @Test
  void stoppingLeavesAJobThatMayGoOnToTheNextProcess() {
    Job job = job();
    try (JobRunner runner =
        runner(
            handingOn(),
            (j, reports, cancelled) -> {
              reports.on(new JobEvent.JobStarted(now(), List.of()));
              reports.on(new JobEvent.ExtractionStarted(now(), "A", -1));
              Failure why = cancelled.join();
              reports.on(
                  new JobEvent.ExtractionFailed(
                      now(), "A", new Failure("CANCELLED", why.message())));
              reports.on(new JobEvent.JobCancelled(now(), why));
            })) {
      runner.start();
      awaitStatus(job, JobStatus.RUNNING);
    }

    assertThat(find(job).extractions())
        .extracting(Extraction::status)
        .containsOnly(ExtractionStatus.PENDING);
    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
    assertThat(stores.claims().claim("next")).isPresent();
  }

  @Test
  void wakingItBringsTheNextTurnAtOnce() {
    var lazy =
        new RunnerOptions.Times(
            Duration.ofDays(1),
            Duration.ofDays(2),
            Duration.ofDays(3),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
    try (var runner =
        new JobRunner(
            stores,
            new ScriptedEngine(ScriptedEngine.completing(now())),
            (job, event, seq) -> {},
            new RunnerOptions("this", 1, false, lazy),
            this::now)) {
      runner.start();
      Job job = job();
      runner.wake();

      awaitStatus(job, JobStatus.COMPLETED);
    }
  }

  /** Whoever is told looks at once, and then not again for a whole pause. */
  @Test
  void aJobIsOverWhenItsEndIsTold() throws Exception {
    job();
    Claim claim = stores.claims().claim("this").orElseThrow();
    Job claimed = stores.jobs().find(claim.job()).orElseThrow();
    JobReports reports = reports(claim);
    var overAtItsEnd = new CompletableFuture<Boolean>();
    var self = new CompletableFuture<RunningJob>();
    Engine.Run run =
        new ScriptedEngine(ScriptedEngine.completing(now()))
            .prepare(claimed, transportOf(claimed), reports);
    var running =
        new RunningJob(
            claim,
            stores.claims(),
            reports,
            run,
            this::now,
            () -> overAtItsEnd.complete(self.join().isOver()));
    assertThat(running.isOver()).isFalse();
    self.complete(running);

    running.start();

    assertThat(overAtItsEnd.get(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void keepsProgressOnceASecondAndTableAndLetsTheRestPass() throws Exception {
    Job job = job();
    Claim claim = stores.claims().claim("this").orElseThrow();
    JobReports reports = reports(claim);
    reports.on(new JobEvent.JobStarted(now(), List.of()));
    reports.on(new JobEvent.ExtractionStarted(now(), "A", -1));
    reports.on(new JobEvent.ExtractionStarted(now(), "B", -1));
    for (int quarter = 0; quarter < 8; quarter++) {
      reports.on(progress("A", quarter));
      reports.on(progress("B", quarter));
      time.advance(Duration.ofMillis(250));
    }

    assertThat(stores.events().after(job.id(), 3, 100))
        .extracting(StoredEvent::event)
        .extracting(event -> ((JobEvent.Progress) event).rows())
        .containsExactly(0L, 0L, 4L, 4L);
    assertThat(heard).hasSize(3 + 16);
    assertThat(heard).filteredOn(h -> h.seq() == 0).hasSize(12);
  }

  @Test
  void aReportWithoutTheClaimIsRefused() throws Exception {
    job();
    Claim claim = stores.claims().claim("this").orElseThrow();
    JobReports reports = reports(claim);
    reports.on(new JobEvent.JobStarted(now(), List.of()));
    stores.claims().abandon(claim, JobReports.SHUTDOWN);

    assertThatThrownBy(() -> reports.on(new JobEvent.JobCompleted(now())))
        .isInstanceOf(ClaimLostException.class);
    assertThatThrownBy(reports::requireClaim).isInstanceOf(ClaimLostException.class);
  }

  private JobEvent.Progress progress(String table, long rows) {
    return new JobEvent.Progress(now(), table, rows, -1, 0, Duration.ZERO);
  }

  private JobReports reports(Claim claim) {
    return new JobReports(
        claim,
        stores.claims(),
        stores.events(),
        (job, event, seq) -> heard.add(new Heard(job, event, seq)),
        new RunnerOptions("this", 1),
        this::now);
  }

  /** As another process would. */
  private Claim beganElsewhere() {
    Claim claim = stores.claims().claim("elsewhere").orElseThrow();
    stores.events().append(claim, new JobEvent.JobStarted(now(), List.of()));
    return claim;
  }

  private Job job() {
    var definition =
        new TransportDefinition("a", "", "default", List.of("A", "B"), Map.of(), true, null);
    var created = (TransportCreation.Created) stores.transports().create(definition, null);
    var creation = stores.jobs().create(created.transport().id(), Trigger.API, null);
    return ((JobCreation.Created) creation).job();
  }

  private Transport transportOf(Job job) {
    return stores.transports().find(job.transportId()).orElseThrow();
  }

  private Job find(Job job) {
    return stores.jobs().find(job.id()).orElseThrow();
  }

  private Failure error(Job job) {
    return Objects.requireNonNull(find(job).error());
  }

  private JobStatus status(Job job) {
    return find(job).status();
  }

  private void awaitStatus(Job job, JobStatus status) {
    await().untilAsserted(() -> assertThat(status(job)).isEqualTo(status));
  }

  private void endAll(JobRunner runner, Job last) {
    stores.jobs().requestCancel(last.id());
    runner.turn();
    awaitStatus(last, JobStatus.CANCELLED);
  }
}
