package io.estat.etl.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.TransportStatus;
import io.estat.etl.domain.Trigger;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.server.OtherProcess;
import io.estat.etl.server.schedule.Scheduler;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.ScheduleStore;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.StoredEvent;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.testkit.ManualClock;
import io.estat.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several instances, also whole processes, on one job store in PostgreSQL. */
final class TwoInstancesTest {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  private final ManualClock time = new ManualClock(TEN);
  private final PostgresServer.Database postgres = PostgresServer.shared().createDatabase();
  private final StoreDatabase database = open(postgres.url(), StoreSettings.PATIENCE);
  private final Stores stores = Stores.of(database, this::now, RandomGenerator.getDefault());

  @AfterEach
  void close() {
    database.close();
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  private static StoreDatabase open(String url) {
    return open(url, Duration.ofMinutes(1));
  }

  private static StoreDatabase open(String url, Duration patience) {
    return StoreDatabase.open(
        new StoreSettings(url, PostgresServer.USER, PostgresServer.PASSWORD, 4, patience));
  }

  @Test
  void oneOfFourInstancesFiresEachTime() throws Exception {
    int instances = 4;
    int minutes = 20;
    Transport transport = transport(new Schedule("* * * * *", ZoneId.of("UTC")));
    var barrier =
        new CyclicBarrier(
            instances,
            () -> {
              stores
                  .jobs()
                  .last(transport.id())
                  .ifPresent(j -> stores.jobs().requestCancel(j.id()));
              time.advance(Duration.ofMinutes(1));
            });
    try (var executor = Executors.newFixedThreadPool(instances)) {
      var done = new ArrayList<Future<?>>();
      for (int instance = 0; instance < instances; instance++) {
        done.add(
            executor.submit(
                () -> {
                  try (StoreDatabase own = open(postgres.url())) {
                    Scheduler scheduler = scheduler(own);
                    for (int minute = 0; minute < minutes; minute++) {
                      barrier.await();
                      scheduler.turn();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }

    assertThat(stores.jobs().page(transport.id(), null, 0, 100).items())
        .hasSize(minutes)
        .extracting(Job::version)
        .doesNotHaveDuplicates();
    assertThat(stores.schedules().runs(transport.id(), 100))
        .hasSize(minutes)
        .allMatch(run -> run.job() != null);
  }

  private Scheduler scheduler(StoreDatabase own) {
    Stores theirs = Stores.of(own, this::now, RandomGenerator.getDefault());
    return new Scheduler(
        own, theirs.schedules(), theirs.jobs(), () -> {}, Scheduler.GRACE, this::now);
  }

  @Test
  void aTimeWhoseInstanceIsKilledWhileItFiresFiresOnceElsewhere() throws Exception {
    Transport transport = transport(new Schedule("0 11 * * *", ZoneId.of("UTC")));
    Scheduler scheduler = scheduler(database);
    scheduler.turn();
    time.advance(Duration.ofHours(1));
    try (var other = OtherProcess.start(Firing.class, postgres.url(), transport.id().value())) {
      other.await("fired, not committed");
      assertThat(stores.jobs().last(transport.id())).isEmpty();
      other.kill();
    }

    scheduler.turn();

    Job job = stores.jobs().last(transport.id()).orElseThrow();
    assertThat(job.version()).isEqualTo(1);
    assertThat(stores.schedules().runs(transport.id(), 10))
        .containsExactly(new ScheduleStore.Run(TEN.plus(Duration.ofHours(1)), job.id(), null));
  }

  /** Does all that firing does, and never gets to the commit. */
  static final class Firing {
    public static void main(String[] args) {
      Instant at = TEN.plus(Duration.ofHours(1));
      var id = new TransportId(args[1]);
      try (StoreDatabase database = open(args[0])) {
        Stores stores = Stores.of(database, InstantSource.fixed(at), RandomGenerator.getDefault());
        database.inTransaction(
            () -> {
              assertThat(stores.schedules().lock(id)).isPresent();
              stores.schedules().plan(id, at.plus(Duration.ofDays(1)));
              var created = (JobCreation.Created) stores.jobs().create(id, Trigger.SCHEDULE, null);
              stores.schedules().record(id, new ScheduleStore.Run(at, created.job().id(), null));
              OtherProcess.tell("fired, not committed");
              return OtherProcess.hear();
            });
      }
    }
  }

  @Test
  void aJobWhoseProcessIsKilledEndsTruthfullyAndTheTransportGoesOn() throws Exception {
    Transport transport = transport(null);
    Job job = execute(transport);
    try (var other = OtherProcess.start(Running.class, postgres.url())) {
      other.await("at the commit");
      other.kill();
    }
    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);

    JobRunner survivor = runner();
    watchFor(survivor, Duration.ofSeconds(55));

    assertThat(status(job)).isEqualTo(JobStatus.FAILED);
    assertThat(stores.claims().openUploads()).containsExactly(job.id());
    assertThat(stores.transports().find(transport.id()).orElseThrow().status())
        .isEqualTo(TransportStatus.FAILED);
    Job next = execute(transport);
    survivor.turn();
    await().untilAsserted(() -> assertThat(status(next)).isEqualTo(JobStatus.COMPLETED));
  }

  @Test
  void anInstanceThatWasPausedAndWakesUpChangesNothing() throws Exception {
    Transport transport = transport(null);
    Job job = execute(transport);
    try (var paused = OtherProcess.start(Running.class, postgres.url())) {
      paused.await("at the commit");
      paused.signal("STOP");
      JobRunner survivor = runner();
      watchFor(survivor, Duration.ofSeconds(55));
      Job next = execute(transport);
      survivor.turn();
      await().untilAsserted(() -> assertThat(status(next)).isEqualTo(JobStatus.COMPLETED));
      Job buried = stores.jobs().find(job.id()).orElseThrow();
      List<StoredEvent> events = stores.events().after(job.id(), 0, 100);

      paused.signal("CONT");
      paused.say("go on");
      paused.await("commit refused");
      paused.await("report refused");

      assertThat(buried.status()).isEqualTo(JobStatus.FAILED);
      assertThat(stores.jobs().find(job.id())).contains(buried);
      assertThat(stores.events().after(job.id(), 0, 100)).isEqualTo(events);
      assertThat(stores.jobs().last(transport.id()).orElseThrow().id()).isEqualTo(next.id());
    }
  }

  /** An instance whose engine stands before its commit until it is told to go on. */
  static final class Running {
    public static void main(String[] args) throws InterruptedException {
      try (StoreDatabase database = open(args[0])) {
        InstantSource clock = InstantSource.system();
        Stores stores = Stores.of(database, clock, RandomGenerator.getDefault());
        var ended = new CompletableFuture<Void>();
        try (var runner =
            new JobRunner(
                stores,
                new ScriptedEngine(
                    (job, watch, cancelled) -> {
                      watch.on(new JobEvent.JobStarted(clock.instant(), List.of("A")));
                      watch.on(new JobEvent.ExtractionStarted(clock.instant(), "A", -1));
                      OtherProcess.tell("at the commit");
                      OtherProcess.hear();
                      try {
                        watch.requireClaim();
                      } catch (ClaimLostException e) {
                        OtherProcess.tell("commit refused");
                      }
                      try {
                        watch.on(new JobEvent.ExtractionCompleted(clock.instant(), "A", List.of()));
                      } catch (ClaimLostException e) {
                        OtherProcess.tell("report refused");
                      }
                      ended.complete(null);
                    }),
                (job, event, seq) -> {},
                new RunnerOptions("other", 1),
                clock)) {
          runner.start();
          ended.join();
        }
      }
    }
  }

  @Test
  void aReportWaitsWhileTheJobStoreIsAwayAndIsKeptOnce() throws Exception {
    Job job = execute(transport(null));
    Claim claim = stores.claims().claim("this").orElseThrow();
    var heard = new ArrayList<Long>();
    var reports =
        new JobReports(
            claim,
            stores.claims(),
            stores.events(),
            (id, event, seq) -> heard.add(seq),
            new RunnerOptions("other", 1),
            this::now);
    CompletableFuture<Void> report;
    try (Connection admin = PostgresServer.shared().createDatabase().connect();
        Statement statement = admin.createStatement()) {
      statement.execute("alter database " + postgres.name() + " with allow_connections false");
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
              .formatted(postgres.name()));
      report =
          CompletableFuture.runAsync(
              () -> {
                try {
                  reports.on(new JobEvent.JobStarted(now(), List.of()));
                } catch (ClaimLostException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThatThrownBy(database::ping).isInstanceOf(RuntimeException.class);
      assertThat(report).isNotDone();
      statement.execute("alter database " + postgres.name() + " with allow_connections true");
    }

    report.join();

    assertThat(heard).containsExactly(1L);
    assertThat(stores.events().after(job.id(), 0, 10)).hasSize(1);
    assertThat(status(job)).isEqualTo(JobStatus.RUNNING);
  }

  private JobRunner runner() {
    return new JobRunner(
        stores,
        new ScriptedEngine(ScriptedEngine.completing(now())),
        (job, event, seq) -> {},
        new RunnerOptions("survivor", 1),
        this::now);
  }

  private void watchFor(JobRunner runner, Duration duration) {
    runner.turn();
    for (Duration watched = Duration.ZERO;
        watched.compareTo(duration) < 0;
        watched = watched.plusSeconds(5)) {
      time.advance(Duration.ofSeconds(5));
      runner.turn();
    }
  }

  private Transport transport(@Nullable Schedule schedule) {
    var definition =
        new TransportDefinition("a", "", "default", List.of("A"), Map.of(), true, schedule);
    return ((TransportCreation.Created) stores.transports().create(definition, null)).transport();
  }

  private Job execute(Transport transport) {
    return ((JobCreation.Created) stores.jobs().create(transport.id(), Trigger.API, null)).job();
  }

  private JobStatus status(Job job) {
    return stores.jobs().find(job.id()).orElseThrow().status();
  }
}
