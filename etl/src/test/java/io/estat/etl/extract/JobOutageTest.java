package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.breaker.Breaker.State;
import io.estat.etl.breaker.BreakerOptions;
import io.estat.etl.breaker.Breakers;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobFailed;
import io.estat.etl.domain.JobEvent.Waiting;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.TransportId;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.FaultyStore.Call;
import io.estat.testkit.MemoryStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that meet a store or a database that is away. */
@Timeout(300)
final class JobOutageTest {
  private static final TransportId TRANSPORT = new TransportId("TRPID-0a1b2c3d");
  private static final JobId JOB = new JobId("JOB-20260131-235959-0a1b2c3d");

  /** More tries than a run gets while its breaker is open. */
  private static final int MANY = 10;

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
  private final Breakers breakers =
      Breakers.of(
          new BreakerOptions(2, Duration.ofMinutes(1), Duration.ofMillis(20)),
          InstantSource.system());
  private final MemoryStore landed = new MemoryStore();
  private final FaultyStore store = new FaultyStore(landed);
  private final RecordingWatch watch = new RecordingWatch();
  private Connection shop;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    shop = DriverManager.getConnection(url);
    shop.createStatement()
        .execute(
            "create table ORDERS as select X as ID from system_range(1, 1000);"
                + " create table CUSTOMERS as select X as ID from system_range(1, 1000)");
    source = Sources.open(SourceSettings.of(url, "", ""), breakers.database());
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    shop.close();
  }

  @Test
  void aRunWaitsForTheStoreAndCompletesWhenItIsBack() throws Exception {
    store.fail(Fault.UNAVAILABLE);
    var away = new CountDownLatch(MANY);
    watch.onEach(Waiting.class, event -> away.countDown());

    CompletableFuture<JobOutcome> outcome = start(Duration.ofMinutes(10), "ORDERS", "CUSTOMERS");
    away.await();
    assertThat(breakers.store().state()).isNotEqualTo(State.CLOSED);
    assertThat(outcome).isNotDone();
    store.well();

    assertThat(outcome.join()).isInstanceOf(JobOutcome.Completed.class);
    assertThat(breakers.store().state()).isEqualTo(State.CLOSED);
    assertThat(watch.events().getLast()).isInstanceOf(JobCompleted.class);
    assertThat(watch.events(Waiting.class))
        .extracting(Waiting::reason)
        .anyMatch(reason -> reason.startsWith("the store has been away since "));
    assertThat(landed.keys()).contains("TRPID-0a1b2c3d/v001/_manifest.json");
  }

  @Test
  void aRunFailsWithTheReasonWhenTheStoreStaysAway() throws Exception {
    store.fail(Fault.UNAVAILABLE);

    JobOutcome outcome = start(Duration.ofMillis(300), "ORDERS", "CUSTOMERS").join();

    Failure why = ((JobOutcome.Failed) outcome).why();
    assertThat(why.code()).isEqualTo("GCS_UPLOAD_ERROR");
    assertThat(why.message()).startsWith("2 of 2 tables failed, the first: ");
    assertThat(watch.events(ExtractionFailed.class)).hasSize(2);
    assertThat(watch.events().getLast()).isInstanceOf(JobFailed.class);
    assertThat(landed.keys()).isEmpty();
  }

  @Test
  void aStoreThatIsAwayIsAskedByOneCallAtATime() throws Exception {
    store.fail(Fault.UNAVAILABLE);

    long began = System.nanoTime();
    start(Duration.ofMillis(500), "ORDERS", "CUSTOMERS").join();
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();

    int asked =
        store.calls(Call.UPLOAD_OPEN)
            + store.calls(Call.UPLOAD_COMPLETE)
            + store.calls(Call.UPLOAD_FIND);
    // Two open the breaker; a third may be under way then; and one each time it is over.
    assertThat(asked).isLessThanOrEqualTo((int) (3 + millis / 20));
  }

  /** By a person, or since the process stops: then the next one has to read the table. */
  @Test
  void aTableWhoseUploadIsBrokenOffByACancelIsCancelledAndHasNotFailed() throws Exception {
    store.fail(Fault.UNAVAILABLE);
    var why = new Failure("SHUTDOWN", "the server was stopped");
    JobRun run = run(Duration.ofMinutes(10), "ORDERS");
    watch.onEach(Waiting.class, event -> run.cancel(why));

    assertThat(run.run()).isEqualTo(new JobOutcome.Cancelled(why));

    assertThat(watch.events(ExtractionFailed.class))
        .extracting(ExtractionFailed::error)
        .containsExactly(new Failure("CANCELLED", "the server was stopped"));
  }

  private CompletableFuture<JobOutcome> start(Duration patience, String... tables) {
    JobRun run = run(patience, tables);
    var outcome = new CompletableFuture<JobOutcome>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                outcome.complete(run.run());
              } catch (InterruptedException | RuntimeException e) {
                outcome.completeExceptionally(e);
              }
            });
    return outcome;
  }

  private JobRun run(Duration patience, String... tables) {
    var retry = new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2), patience);
    var extractor =
        new Extractor(
            source,
            breakers.guard(store),
            ExtractOptions.DEFAULTS.withRetry(retry),
            InstantSource.system());
    List<TableRequest> requests =
        Stream.of(tables).map(table -> TableRequest.of(table, TableOptions.NONE)).toList();
    return extractor.run(JobOrder.of(JOB, TRANSPORT, 1, null, requests), watch);
  }
}
