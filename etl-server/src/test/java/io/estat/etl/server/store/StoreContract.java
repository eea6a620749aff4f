package io.estat.etl.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionStatus;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.IllegalTransitionException;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.Numbers;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.TableEvidence;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.TransportStatus;
import io.estat.etl.domain.Trigger;
import io.estat.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the job store promises, whatever database it is in. */
abstract class StoreContract {
  static final Failure WHY = new Failure("INTERNAL_ERROR", "the process died");

  private static final int THREADS = 8;

  private final ManualClock time = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final StoreDatabase database = open();
  private final TransportStore transports = transports(RandomGenerator.getDefault());
  private final JobStore jobs = jobs(RandomGenerator.getDefault());
  private final JobEvents events = new JobEvents(database, this::now);
  private final Claims claims = new Claims(database, this::now);

  /** One database for all tests of the class. */
  abstract StoreDatabase open();

  @BeforeEach
  void empty() {
    for (String table :
        List.of("job_event", "extraction", "job", "schedule_run", "idempotency", "transport")) {
      database.jdbc().sql("delete from estat_" + table).update();
    }
  }

  Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  private TransportStore transports(RandomGenerator random) {
    return new TransportStore(database, this::now, random);
  }

  private JobStore jobs(RandomGenerator random) {
    return new JobStore(database, transports(random), this::now, random);
  }

  @Test
  void readsBackEveryFieldOfATransport() {
    var options =
        new TableOptions(List.of("ID", "näme"), "\"x\" > 'é'", "out", "ID", Numbers.NUMBER);
    var definition =
        new TransportDefinition(
            "Shop ☕",
            "line\nline",
            "default",
            List.of("ORDERS", "OWNER.\"a.b\""),
            Map.of("ORDERS", options),
            false,
            new Schedule("0 3 * * *", ZoneId.of("Europe/Berlin")));

    Transport created = created(definition, null);

    assertThat(transports.find(created.id())).contains(created);
    assertThat(created.status()).isEqualTo(TransportStatus.IDLE);
    assertThat(created.revision()).isEqualTo(1);
    assertThat(created.createdAt()).isEqualTo(now());
    assertThat(TransportDefinition.of(created)).isEqualTo(definition);
  }

  @Test
  void keepsAThousandTablesWithLongNamesAndConditions() {
    List<String> tables =
        IntStream.range(0, 1000).mapToObj(n -> "T" + "x".repeat(200) + n).toList();
    var options =
        Map.of(
            tables.getFirst(), new TableOptions(List.of(), "y".repeat(100_000), null, null, null));
    var definition = new TransportDefinition("big", "", "default", tables, options, true, null);

    Transport created = created(definition, null);
    assertThat(transports.find(created.id()).orElseThrow().equals(created)).isTrue();

    Job job = create(created.id());
    assertThat(jobs.find(job.id()).orElseThrow().equals(job)).isTrue();
    assertThat(job.extractions()).extracting(Extraction::tableName).isEqualTo(tables);
  }

  @Test
  void changesATransportOfTheRevisionThatWasSeen() {
    Transport before = transport("a");
    time.advance(Duration.ofSeconds(1));

    var change = transports.update(before.id(), 1, named("b"));

    Transport after = ((TransportChange.Done) change).transport();
    assertThat(after.name()).isEqualTo("b");
    assertThat(after.revision()).isEqualTo(2);
    assertThat(after.createdAt()).isEqualTo(before.createdAt());
    assertThat(after.updatedAt()).isEqualTo(now());
    assertThat(transports.find(before.id())).contains(after);
    assertThat(transports.update(before.id(), 1, named("c")))
        .isEqualTo(new TransportChange.RevisionDiffers(2));
    assertThat(transports.delete(before.id(), 1)).isEqualTo(new TransportChange.RevisionDiffers(2));
  }

  @Test
  void oneOfManyChangesOfOneRevisionWins() throws Exception {
    Transport transport = transport("a");

    List<TransportChange> changes =
        together(n -> () -> transports.update(transport.id(), 1, named("n" + n)));

    assertThat(changes).filteredOn(TransportChange.Done.class::isInstance).hasSize(1);
    assertThat(transports.find(transport.id()).orElseThrow().revision()).isEqualTo(2);
  }

  @Test
  void refusesChangeAndDeletionWhileAJobIsActive() {
    Transport transport = transport("a");
    Job job = create(transport.id());

    assertThat(transports.update(transport.id(), 1, named("b")))
        .isEqualTo(new TransportChange.JobActive(job.id()));
    assertThat(transports.delete(transport.id(), 1))
        .isEqualTo(new TransportChange.JobActive(job.id()));

    jobs.requestCancel(job.id());
    assertThat(transports.update(transport.id(), 1, named("b")))
        .isInstanceOf(TransportChange.Done.class);
  }

  @Test
  void aDeletedTransportIsGoneButItsJobsStay() {
    Transport transport = transport("a");
    Job job = create(transport.id());
    jobs.requestCancel(job.id());

    assertThat(transports.delete(transport.id(), 1)).isInstanceOf(TransportChange.Done.class);

    assertThat(transports.find(transport.id())).isEmpty();
    assertThat(transports.page(0, 20).items()).isEmpty();
    assertThat(transports.page(0, 20).total()).isZero();
    assertThat(transports.delete(transport.id(), 1)).isInstanceOf(TransportChange.NotFound.class);
    assertThat(jobs.create(transport.id(), Trigger.API, null))
        .isInstanceOf(JobCreation.TransportNotFound.class);
    assertThat(jobs.find(job.id())).isPresent();
  }

  @Test
  void pagesTransportsInTheOrderOfTheirCreation() {
    for (int n = 0; n < 5; n++) {
      transport("t" + n);
      time.advance(Duration.ofMillis(1));
    }

    Page<Transport> page = transports.page(1, 3);

    assertThat(page.items()).extracting(Transport::name).containsExactly("t1", "t2", "t3");
    assertThat(page.total()).isEqualTo(5);
    assertThat(transports.page(5, 3).items()).isEmpty();
  }

  @Test
  void mintsATransportsIdAgainWhenItIsTaken() {
    var rigged = transports(ints(7, 7, 8));

    var first = ((TransportCreation.Created) rigged.create(named("a"), null)).transport();
    var second = ((TransportCreation.Created) rigged.create(named("b"), null)).transport();

    assertThat(first.id()).isEqualTo(new TransportId("TRPID-00000007"));
    assertThat(second.id()).isEqualTo(new TransportId("TRPID-00000008"));
  }

  @Test
  void mintsIdsOfAJobAgainWhenTheyAreTaken() {
    Transport a = transport("a");
    Transport b = transport("b");
    var rigged = jobs(ints(7, 1, 2, 7, 3, 4, 8, 1, 5, 9, 3, 4));

    Job first = created(rigged.create(a.id(), Trigger.API, null));
    // The job's id is taken, then that of an extraction, then none.
    Job second = created(rigged.create(b.id(), Trigger.API, null));

    assertThat(first.id().value()).endsWith("-00000007");
    assertThat(second.id().value()).endsWith("-00000009");
    assertThat(second.version()).isEqualTo(1);
    assertThat(jobs.page(null, null, 0, 20).total()).isEqualTo(2);
  }

  @Test
  void aRepeatedCreationGivesTheSameTransportForADay() {
    var key = new IdempotencyKey("create by alice", "k", "{\"name\":\"a\"}");
    Transport first = created(named("a"), key);

    time.advance(Duration.ofHours(24).minusMillis(1));
    assertThat(transports.create(named("a"), key)).isEqualTo(new TransportCreation.Repeated(first));
    assertThat(transports.create(named("b"), new IdempotencyKey("create by alice", "k", "other")))
        .isInstanceOf(TransportCreation.KeyUsedOtherwise.class);
    assertThat(transports.create(named("a"), new IdempotencyKey("create by bob", "k", "other")))
        .isInstanceOf(TransportCreation.Created.class);

    time.advance(Duration.ofMillis(1));
    assertThat(transports.create(named("a"), key)).isInstanceOf(TransportCreation.Created.class);
    assertThat(transports.page(0, 20).total()).isEqualTo(3);
  }

  @Test
  void concurrentRepetitionsOfOneExecuteMakeOneJob() throws Exception {
    Transport transport = transport("a");
    var key = new IdempotencyKey("execute " + transport.id(), "k".repeat(500), "");

    List<JobCreation> outcomes = together(n -> () -> jobs.create(transport.id(), Trigger.API, key));

    assertThat(outcomes).filteredOn(JobCreation.Created.class::isInstance).hasSize(1);
    assertThat(outcomes).filteredOn(JobCreation.Repeated.class::isInstance).hasSize(THREADS - 1);
    assertThat(jobs.page(null, null, 0, 20).total()).isEqualTo(1);
  }

  @Test
  void aRefusedRequestIsNotRemembered() {
    Transport transport = transport("a");
    Job running = create(transport.id());
    var key = new IdempotencyKey("execute", "k", "");

    assertThat(jobs.create(transport.id(), Trigger.API, key))
        .isEqualTo(new JobCreation.TransportBusy(running.id()));
    jobs.requestCancel(running.id());

    assertThat(jobs.create(transport.id(), Trigger.API, key))
        .isInstanceOf(JobCreation.Created.class);
  }

  @Test
  void concurrentExecutesGiveDistinctVersionsAndOneActiveJob() throws Exception {
    Transport transport = transport("a");
    int jobsOfEach = 4;

    List<List<Integer>> versions =
        together(
            n ->
                () -> {
                  var mine = new ArrayList<Integer>();
                  while (mine.size() < jobsOfEach) {
                    if (jobs.create(transport.id(), Trigger.API, null)
                        instanceof JobCreation.Created created) {
                      mine.add(created.job().version());
                      assertThat(activeJobs(transport.id())).isEqualTo(1);
                      jobs.requestCancel(created.job().id());
                    }
                  }
                  return mine;
                });

    List<Integer> all = versions.stream().flatMap(Collection::stream).sorted().toList();
    assertThat(all).isEqualTo(IntStream.rangeClosed(1, THREADS * jobsOfEach).boxed().toList());
    assertThat(activeJobs(transport.id())).isZero();
  }

  private long activeJobs(TransportId transport) {
    return jobs.page(transport, JobStatus.PENDING, 0, 1).total()
        + jobs.page(transport, JobStatus.RUNNING, 0, 1).total();
  }

  @Test
  void refusesToExecuteADisabledTransport() {
    var disabled = new TransportDefinition("a", "", "default", List.of("T"), Map.of(), false, null);

    assertThat(jobs.create(created(disabled, null).id(), Trigger.API, null))
        .isInstanceOf(JobCreation.TransportDisabled.class);
  }

  @Test
  void pagesJobsByTransportAndStatusTheNewestFirst() {
    Transport a = transport("a");
    Transport b = transport("b");
    Job first = create(a.id());
    jobs.requestCancel(first.id());
    time.advance(Duration.ofMillis(1));
    Job second = create(a.id());
    time.advance(Duration.ofMillis(1));
    Job other = create(b.id());

    assertThat(jobs.page(null, null, 0, 20).items())
        .extracting(Job::id)
        .containsExactly(other.id(), second.id(), first.id());
    assertThat(jobs.page(a.id(), JobStatus.CANCELLED, 0, 20).items())
        .extracting(Job::id)
        .containsExactly(first.id());
    assertThat(jobs.page(a.id(), null, 1, 1).items())
        .extracting(Job::id)
        .containsExactly(first.id());
    assertThat(jobs.page(a.id(), null, 1, 1).total()).isEqualTo(2);
    assertThat(jobs.last(a.id())).contains(second);
  }

  @Test
  void aPendingJobIsCancelledAtOnce() {
    Transport transport = transport("a");
    Job job = create(transport.id());

    Job cancelled = ((CancelRequest.Accepted) jobs.requestCancel(job.id())).job();

    assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(cancelled.extractions()).allMatch(e -> JobStore.CANCELLED.equals(e.error()));
    assertThat(names(job.id()))
        .containsExactly("extraction_failed", "extraction_failed", "job_cancelled");
    assertThat(jobs.requestCancel(job.id())).isEqualTo(new CancelRequest.AlreadyEnded(cancelled));
    assertThat(transports.find(transport.id()).orElseThrow().status())
        .isEqualTo(TransportStatus.IDLE);
    assertThat(claims.claim("i")).isEmpty();
  }

  @Test
  void cancellingWhatIsNotThereSaysSo() {
    assertThat(jobs.requestCancel(new JobId("JOB-20260131-235959-0a1b2c3d")))
        .isInstanceOf(CancelRequest.NotFound.class);
  }

  @Test
  void aJobRunsFromClaimToCompletion() {
    Transport transport = transport("a");
    Job job = create(transport.id());
    assertThat(transports.find(transport.id()).orElseThrow().status())
        .isEqualTo(TransportStatus.RUNNING);
    Claim claim = claims.claim("i").orElseThrow();
    assertThat(claim.job()).isEqualTo(job.id());
    var landed = new LandedObject("A.jsonl.gz", "s3://b/A.jsonl.gz", 10, 20, "0a0b0c0d", "17");

    List<JobEvent> story =
        List.of(
            new JobEvent.JobStarted(now(), List.of("A", "B")),
            new JobEvent.ExtractionStarted(now(), "A", 11),
            new JobEvent.Progress(now(), "A", 5, 11, 9, Duration.ofMillis(1500)),
            new JobEvent.Waiting(now(), null, "the store is away", Duration.ofMinutes(10)),
            new JobEvent.ExtractionCompleted(now(), "A", List.of(landed)),
            new JobEvent.ExtractionStarted(now(), "B", -1),
            new JobEvent.ExtractionCompleted(now(), "B", List.of()),
            new JobEvent.JobCompleted(now().plusSeconds(2)));
    for (JobEvent event : story) {
      assertThat(events.append(claim, event)).extracting(StoredEvent::event).containsExactly(event);
    }

    Job ended = jobs.find(job.id()).orElseThrow();
    assertThat(ended.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(ended.metrics().totalRows()).isEqualTo(10);
    assertThat(ended.metrics().totalBytes()).isEqualTo(20);
    assertThat(ended.metrics().duration()).isEqualTo(Duration.ofSeconds(2));
    assertThat(ended.extractions().getFirst().objects()).containsExactly(landed);
    assertThat(transports.find(transport.id()).orElseThrow().status())
        .isEqualTo(TransportStatus.IDLE);
    assertThat(events.after(job.id(), 0, 100)).extracting(StoredEvent::event).isEqualTo(story);
    assertThat(events.after(job.id(), 6, 100)).extracting(StoredEvent::seq).containsExactly(7L, 8L);
    assertThat(events.after(job.id(), 0, 3)).hasSize(3);
    assertThat(events.lastSeq(job.id())).isEqualTo(8);
    assertThat(events.append(claim, new JobEvent.JobFailed(now(), WHY))).isEmpty();
    assertThat(jobs.lastCompletedVersion(transport.id(), 2)).contains(1);
    assertThat(jobs.lastCompletedVersion(transport.id(), 1)).isEmpty();
  }

  @Test
  void progressShowsInTheExtraction() {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    events.append(claim, new JobEvent.ExtractionStarted(now(), "A", -1));

    events.append(claim, new JobEvent.Progress(now(), "A", 5, -1, 9, Duration.ZERO));

    Extraction extraction = jobs.find(job.id()).orElseThrow().extractions().getFirst();
    assertThat(extraction.rowCount()).isEqualTo(5);
    assertThat(extraction.byteCount()).isEqualTo(9);
  }

  @Test
  void anEventThatTheStateRefusesLeavesNoTrace() {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));

    assertThatThrownBy(
            () -> events.append(claim, new JobEvent.ExtractionCompleted(now(), "A", List.of())))
        .isInstanceOf(IllegalTransitionException.class)
        .hasMessageContaining("PENDING")
        .hasMessageContaining("COMPLETED");
    assertThatThrownBy(() -> events.append(claim, new JobEvent.JobCompleted(now())))
        .isInstanceOf(IllegalStateException.class);

    assertThat(names(job.id())).containsExactly("job_started");
    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void unfinishedTablesFailBeforeTheirJob() {
    Transport transport = transport("a");
    Job job = create(transport.id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    events.append(claim, new JobEvent.ExtractionStarted(now(), "A", -1));
    events.append(claim, new JobEvent.ExtractionCompleted(now(), "A", List.of()));

    events.append(claim, new JobEvent.JobFailed(now(), WHY));

    Job failed = jobs.find(job.id()).orElseThrow();
    assertThat(failed.error()).isEqualTo(WHY);
    assertThat(failed.extractions())
        .extracting(Extraction::status)
        .containsExactly(ExtractionStatus.COMPLETED, ExtractionStatus.FAILED);
    assertThat(names(job.id())).endsWith("extraction_failed", "job_failed");
    assertThat(transports.find(transport.id()).orElseThrow().status())
        .isEqualTo(TransportStatus.FAILED);
  }

  @Test
  void concurrentEventsOfOneJobAreNumberedWithoutGaps() throws Exception {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));

    together(
        n ->
            () -> {
              for (int i = 0; i < 10; i++) {
                events.append(claim, new JobEvent.Progress(now(), "A", i, -1, i, Duration.ZERO));
              }
              return true;
            });

    assertThat(events.after(job.id(), 0, 1000))
        .extracting(StoredEvent::seq)
        .isEqualTo(IntStream.rangeClosed(1, 1 + THREADS * 10).mapToObj(Long::valueOf).toList());
  }

  @Test
  void forgetsEventsAfterSevenDaysAndKeepsTheirJob() {
    Job job = create(transport("a").id());
    jobs.requestCancel(job.id());

    time.advance(Duration.ofDays(7));
    assertThat(events.forgetOld()).isZero();
    time.advance(Duration.ofMillis(1));
    assertThat(events.forgetOld()).isEqualTo(3);

    assertThat(events.after(job.id(), 0, 10)).isEmpty();
    assertThat(events.lastSeq(job.id())).isEqualTo(3);
    assertThat(jobs.find(job.id())).isPresent();
  }

  @Test
  void eachJobIsClaimedByOne() throws Exception {
    for (int n = 0; n < 12; n++) {
      create(transport("t" + n).id());
    }

    List<List<Claim>> taken =
        together(
            n ->
                () ->
                    Stream.generate(() -> claims.claim("instance " + n))
                        .takeWhile(Optional::isPresent)
                        .map(Optional::get)
                        .toList());

    assertThat(taken.stream().flatMap(Collection::stream))
        .extracting(Claim::job)
        .hasSize(12)
        .doesNotHaveDuplicates();
  }

  @Test
  void theOldestJobIsClaimedFirst() {
    Job first = create(transport("a").id());
    time.advance(Duration.ofMillis(1));
    create(transport("b").id());

    assertThat(claims.claim("i").orElseThrow().job()).isEqualTo(first.id());
  }

  @Test
  void theHolderLearnsOfACancelRequestOnce() {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    assertThat(claims.renew(claim)).isEqualTo(Lease.HELD);

    assertThat(jobs.requestCancel(job.id())).isInstanceOf(CancelRequest.Accepted.class);
    assertThat(jobs.requestCancel(job.id())).isInstanceOf(CancelRequest.Accepted.class);

    assertThat(claims.renew(claim)).isEqualTo(Lease.CANCEL_REQUESTED);
    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.PENDING);
    events.append(claim, new JobEvent.JobCancelled(now(), JobStore.CANCELLED));
    assertThat(claims.renew(claim)).isEqualTo(Lease.LOST);
  }

  @Test
  void nothingIsTakenFromAHolderThatWasBuried() {
    Transport transport = transport("a");
    Job job = create(transport.id());
    Claim claim = claims.claim("paused").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    events.append(claim, new JobEvent.ExtractionStarted(now(), "A", -1));
    Sighting seen = claims.held().getFirst();

    List<StoredEvent> end = claims.bury(seen, WHY);

    assertThat(end)
        .extracting(e -> e.event().name())
        .containsExactly("extraction_failed", "extraction_failed", "job_failed");
    Job buried = jobs.find(job.id()).orElseThrow();
    assertThat(buried.status()).isEqualTo(JobStatus.FAILED);
    assertThat(buried.error()).isEqualTo(WHY);
    assertThat(claims.isHeld(claim)).isFalse();
    assertThat(claims.renew(claim)).isEqualTo(Lease.LOST);
    assertThat(events.append(claim, new JobEvent.ExtractionCompleted(now(), "A", List.of())))
        .isEmpty();
    assertThat(events.append(claim, new JobEvent.JobCompleted(now()))).isEmpty();
    assertThat(claims.abandon(claim, WHY)).isEmpty();
    assertThat(jobs.find(job.id())).contains(buried);
    assertThat(create(transport.id()).version()).isEqualTo(2);
    assertThat(claims.openUploads()).containsExactly(job.id());
    claims.uploadsEnded(job.id());
    assertThat(claims.openUploads()).isEmpty();
  }

  @Test
  void aJobThatIsHandedOnWaitsWithItsUnfinishedTablesPendingAgain() {
    Job job = create(transport("a").id());
    Claim dead = claims.claim("dead").orElseThrow();
    var evidence = new TableEvidence("{\"name\":\"A\"}", "SCN 7", now());
    var completed = new JobEvent.ExtractionCompleted(now(), "A", List.of(), evidence);
    events.append(dead, new JobEvent.JobStarted(now(), List.of("A", "B")));
    events.append(dead, new JobEvent.ExtractionStarted(now(), "A", -1));
    events.append(dead, completed);
    events.append(dead, new JobEvent.ExtractionStarted(now(), "B", -1));

    List<StoredEvent> told = claims.handOn(claims.held().getFirst(), WHY);

    assertThat(told).extracting(e -> e.event().name()).containsExactly("waiting");
    Job waiting = jobs.find(job.id()).orElseThrow();
    assertThat(waiting.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(waiting.extractions())
        .extracting(Extraction::status)
        .containsExactly(ExtractionStatus.COMPLETED, ExtractionStatus.PENDING);
    assertThat(claims.held()).isEmpty();
    assertThat(claims.openUploads()).isEmpty();
    Claim next = claims.claim("next").orElseThrow();
    assertThat(next.job()).isEqualTo(job.id());
    assertThat(events.append(dead, new JobEvent.JobCompleted(now()))).isEmpty();
    assertThat(events.completed(job.id())).containsExactly(completed);
    events.append(next, new JobEvent.ExtractionStarted(now(), "B", -1));
    events.append(next, new JobEvent.ExtractionCompleted(now(), "B", List.of()));
    events.append(next, new JobEvent.JobCompleted(now()));
    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aJobThatWaitsToGoOnIsCancelledAtOnce() {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    claims.handOn(claim, WHY);

    jobs.requestCancel(job.id());

    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(claims.openUploads()).containsExactly(job.id());
  }

  /** It may have its manifest: then it must not be failed, nor cancelled. */
  @Test
  void aDeadJobWhoseTablesAreAllCompletedWaitsForItsEnd() {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    for (String table : List.of("A", "B")) {
      events.append(claim, new JobEvent.ExtractionStarted(now(), table, -1));
      events.append(claim, new JobEvent.ExtractionCompleted(now(), table, List.of()));
    }
    jobs.requestCancel(job.id());

    List<StoredEvent> told = claims.bury(claims.held().getFirst(), WHY);
    CancelRequest again = jobs.requestCancel(job.id());

    assertThat(told).extracting(e -> e.event().name()).containsExactly("waiting");
    assertThat(again).isInstanceOf(CancelRequest.Accepted.class);
    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.RUNNING);
    Claim next = claims.claim("next").orElseThrow();
    events.append(next, new JobEvent.JobCompleted(now()));
    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aJobThatHasHadTenHoldersFails() {
    Job job = create(transport("a").id());
    Claim first = claims.claim("holder 1").orElseThrow();
    events.append(first, new JobEvent.JobStarted(now(), List.of("A", "B")));
    claims.handOn(first, WHY);
    for (int holder = 2; holder < 10; holder++) {
      claims.handOn(claims.claim("holder " + holder).orElseThrow(), WHY);
    }

    List<StoredEvent> end = claims.handOn(claims.claim("holder 10").orElseThrow(), WHY);

    assertThat(end).last().extracting(e -> e.event().name()).isEqualTo("job_failed");
    assertThat(jobs.find(job.id()).orElseThrow().error()).isEqualTo(WHY);
  }

  @Test
  void soDoesOneThatNoneOfThemHasBegun() {
    Job job = create(transport("a").id());
    for (int holder = 1; holder < 10; holder++) {
      assertThat(claims.abandon(claims.claim("holder " + holder).orElseThrow(), WHY)).isEmpty();
    }

    claims.abandon(claims.claim("holder 10").orElseThrow(), WHY);

    assertThat(jobs.find(job.id()).orElseThrow().error()).isEqualTo(WHY);
  }

  @Test
  void aSignOfLifeStopsTheBurial() {
    create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    Sighting seen = claims.held().getFirst();

    claims.renew(claim);

    assertThat(claims.bury(seen, WHY)).isEmpty();
    assertThat(claims.isHeld(claim)).isTrue();
  }

  @Test
  void twoWatchersBuryOnce() throws Exception {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    Sighting seen = claims.held().getFirst();

    List<List<StoredEvent>> ends = together(n -> () -> claims.bury(seen, WHY));

    assertThat(ends).filteredOn(end -> !end.isEmpty()).hasSize(1);
    assertThat(names(job.id())).containsOnlyOnce("job_failed");
  }

  @Test
  void aJobThatWasClaimedButNotBegunWaitsAgain() {
    Job job = create(transport("a").id());
    Claim dead = claims.claim("dead").orElseThrow();

    assertThat(claims.bury(claims.held().getFirst(), WHY)).isEmpty();

    Claim next = claims.claim("next").orElseThrow();
    assertThat(next.job()).isEqualTo(job.id());
    assertThat(next.fence()).isGreaterThan(dead.fence());
    assertThat(events.append(dead, new JobEvent.JobStarted(now(), List.of()))).isEmpty();
    assertThat(claims.openUploads()).isEmpty();
  }

  @Test
  void aDeadJobThatWasToBeCancelledIsCancelled() {
    Job job = create(transport("a").id());
    Claim claim = claims.claim("i").orElseThrow();
    events.append(claim, new JobEvent.JobStarted(now(), List.of("A", "B")));
    jobs.requestCancel(job.id());

    claims.bury(claims.held().getFirst(), WHY);

    assertThat(jobs.find(job.id()).orElseThrow().status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(claims.openUploads()).containsExactly(job.id());
  }

  private Transport transport(String name) {
    return created(named(name), null);
  }

  private static TransportDefinition named(String name) {
    return new TransportDefinition(name, "", "default", List.of("A", "B"), Map.of(), true, null);
  }

  private Transport created(TransportDefinition definition, @Nullable IdempotencyKey key) {
    return ((TransportCreation.Created) transports.create(definition, key)).transport();
  }

  private Job create(TransportId transport) {
    return created(jobs.create(transport, Trigger.API, null));
  }

  private static Job created(JobCreation creation) {
    return ((JobCreation.Created) creation).job();
  }

  private List<String> names(JobId job) {
    return events.after(job, 0, 1000).stream().map(e -> e.event().name()).toList();
  }

  /** Gives these numbers, whether ints or longs are asked for. */
  private static RandomGenerator ints(int... numbers) {
    var rest = new LinkedBlockingQueue<Integer>();
    IntStream.of(numbers).forEach(rest::add);
    return new RandomGenerator() {
      @Override
      public int nextInt() {
        return rest.remove();
      }

      @Override
      public long nextLong() {
        return rest.remove();
      }
    };
  }

  /** Lets all threads do their work at the same moment. */
  private static <T> List<T> together(IntFunction<Callable<T>> work) throws Exception {
    var start = new CyclicBarrier(THREADS);
    try (var executor = Executors.newFixedThreadPool(THREADS)) {
      var futures = new ArrayList<Future<T>>();
      for (int n = 0; n < THREADS; n++) {
        Callable<T> mine = work.apply(n);
        futures.add(
            executor.submit(
                () -> {
                  start.await();
                  return mine.call();
                }));
      }
      var results = new ArrayList<T>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
