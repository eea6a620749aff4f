package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.BreakerOptions;
import io.estat.etl.breaker.OutageException;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.Waiting;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadRetry;
import io.estat.testkit.ManualClock;
import io.estat.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Time passes where the code waits, and nowhere else. */
final class RetriesTest {
  private static final Instant START = Instant.parse("2026-01-31T23:59:59Z");
  private final StoreException away = new StoreException(Kind.UNAVAILABLE, "503", null);

  /** Nothing is taken off for jitter. */
  private static final RandomGenerator NO_JITTER = () -> 0;

  private final ManualClock time = new ManualClock(START);
  private final InstantSource clock = () -> Instant.ofEpochMilli(time.wallMillis());
  private final Cancellation cancellation = new Cancellation();
  private final List<Waiting> told = new ArrayList<>();
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

  @Test
  void theFirstTriesAreQuickAndNobodyIsTold() throws Exception {
    assertThat(store(RetryPolicy.DEFAULTS, failing(3))).isEqualTo("answer");

    assertThat(pauses).containsExactly(seconds(1), seconds(2), seconds(4));
    assertThat(told).isEmpty();
  }

  @Test
  void afterThemTheWatchersAreToldHowLongItWillBeWaitedFor() throws Exception {
    assertThat(store(RetryPolicy.DEFAULTS, failing(5))).isEqualTo("answer");

    assertThat(told)
        .containsExactly(
            new Waiting(START.plusSeconds(7), "ORDERS", "503", seconds(593)),
            new Waiting(START.plusSeconds(15), "ORDERS", "503", seconds(585)));
  }

  @Test
  void waitsNoLongerThanTheBoundBetweenTwoTries() throws Exception {
    store(RetryPolicy.DEFAULTS, failing(9));

    assertThat(pauses.subList(3, 9))
        .containsExactly(
            seconds(8), seconds(16), seconds(30), seconds(30), seconds(30), seconds(30));
  }

  @Test
  void jitterShortensAWaitByAFifthAtMost() {
    Property.forAll(
        1_000,
        Random::nextLong,
        seed -> {
          var random = new Random(seed);
          int failures = 1 + random.nextInt(100);
          var policy =
              new RetryPolicy(
                  3,
                  Duration.ofMillis(1 + random.nextInt(5_000)),
                  Duration.ofMillis(5_000 + random.nextInt(60_000)),
                  Duration.ZERO);
          Duration longest = policy.delay(failures, NO_JITTER);
          Duration delay = policy.delay(failures, new Random(random.nextLong()));
          assertThat(longest).isLessThanOrEqualTo(policy.maxBackoff());
          assertThat(delay).isBetween(longest.multipliedBy(4).dividedBy(5), longest);
        });
  }

  @Test
  void failsWithTheReasonWhenPatienceEnds() {
    var calls = new AtomicInteger();

    assertThatExceptionOfType(ExtractException.class)
        .isThrownBy(
            () ->
                store(
                    RetryPolicy.DEFAULTS,
                    () -> {
                      calls.incrementAndGet();
                      throw away;
                    }))
        .satisfies(e -> assertThat(e.failure()).isEqualTo(new Failure("GCS_UPLOAD_ERROR", "503")));
    assertThat(Duration.between(START, clock.instant()))
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(10).plusSeconds(30));
    assertThat(told.getLast().patience()).isPositive();
    assertThat(calls).hasValue(pauses.size() + 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      mode = Mode.EXCLUDE,
      names = {"UNKNOWN_OUTCOME", "CONFLICT", "THROTTLED", "UNAVAILABLE"})
  void whatWillNotPassIsNotTriedAgain(Kind kind) {
    assertThatExceptionOfType(ExtractException.class)
        .isThrownBy(
            () ->
                store(
                    RetryPolicy.DEFAULTS,
                    () -> {
                      throw new StoreException(kind, "no", null);
                    }));
    assertThat(pauses).isEmpty();
  }

  @Test
  void cancellingEndsTheWait() throws Exception {
    var waits = new CompletableFuture<Void>();
    var hours = new RetryPolicy(0, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(9));
    var retries =
        new Retries(hours, cancellation, event -> waits.complete(null), clock, () -> NO_JITTER);
    var end = new CompletableFuture<Throwable>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                retries.store("ORDERS", failing(9));
                end.complete(new AssertionError("it went on"));
              } catch (Exception e) {
                end.complete(e);
              }
            });
    waits.join();
    cancellation.cancel(new Failure("CANCELLED", "asked for by a test"));

    assertThat(end.join())
        .isInstanceOfSatisfying(
            ExtractException.class,
            e ->
                assertThat(e.failure()).isEqualTo(new Failure("CANCELLED", "asked for by a test")));
  }

  @Test
  void aCallThatABreakerRefusedCountsAsNoTry() throws Exception {
    Breaker breaker = open();

    assertThat(
            store(
                RetryPolicy.DEFAULTS,
                () -> {
                  enter(breaker);
                  return "answer";
                }))
        .isEqualTo("answer");

    // One wait, as long as the breaker says, and the watchers know of it at once.
    assertThat(pauses).hasSize(1).allMatch(pause -> pause.compareTo(seconds(30)) >= 0);
    assertThat(told).hasSize(1).allMatch(event -> event.reason().contains("has been away since"));
    assertThat(told.getFirst().patience()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void whoComesLateIntoAnOutageHasThePatienceThatIsLeft() {
    Retries retries = retries(RetryPolicy.DEFAULTS);
    Breaker breaker = open();
    Retries.StoreCall<String> refused =
        () -> {
          enter(breaker);
          breaker.failed(away);
          throw away;
        };
    assertThatExceptionOfType(ExtractException.class)
        .isThrownBy(() -> retries.store("ORDERS", refused));
    Instant givenUp = clock.instant();
    told.clear();

    assertThatExceptionOfType(ExtractException.class)
        .isThrownBy(() -> retries.store("CUSTOMERS", refused))
        .satisfies(e -> assertThat(e.failure().message()).contains("has been away since " + START));

    assertThat(Duration.between(START, givenUp)).isGreaterThanOrEqualTo(Duration.ofMinutes(10));
    assertThat(Duration.between(givenUp, clock.instant())).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void aRunIsNotToBlameForAnOutageBeforeIt() throws Exception {
    Breaker breaker = open();
    time.advance(Duration.ofSeconds(10));

    store(
        RetryPolicy.DEFAULTS,
        () -> {
          enter(breaker);
          return "answer";
        });

    assertThat(told.getFirst().patience()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void everyCallOfAnUploadHasItsOwnTries() throws Exception {
    UploadRetry retry = retries(RetryPolicy.DEFAULTS).forUpload("ORDERS");
    for (int call = 0; call < 3; call++) {
      for (int failed = 1; failed <= 3; failed++) {
        retry.beforeRetry(failed, away);
      }
    }
    assertThat(told).isEmpty();
    assertThat(pauses)
        .containsExactly(
            seconds(1),
            seconds(2),
            seconds(4),
            seconds(1),
            seconds(2),
            seconds(4),
            seconds(1),
            seconds(2),
            seconds(4));
  }

  @Test
  void callsOfAnUploadAtTheSameTimeDoNotCountForEachOther() throws Exception {
    UploadRetry retry = retries(RetryPolicy.DEFAULTS).forUpload("ORDERS");
    for (int part = 0; part < 20; part++) {
      var ended = new CompletableFuture<Void>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  retry.beforeRetry(1, away);
                  ended.complete(null);
                } catch (StoreException | InterruptedException e) {
                  ended.completeExceptionally(e);
                }
              });
      ended.join();
      retry.beforeRetry(part + 1, away);
    }
    assertThat(pauses.stream().filter(seconds(1)::equals)).hasSize(21);
    assertThat(told).hasSize(17);
  }

  @Test
  void anUploadIsGivenUpWithWhatTheStoreSaid() {
    UploadRetry retry = retries(RetryPolicy.DEFAULTS).forUpload("ORDERS");
    var denied = new StoreException(Kind.DENIED, "403", null);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> retry.beforeRetry(1, denied))
        .isSameAs(denied);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () -> {
              for (int failed = 1; ; failed++) {
                retry.beforeRetry(failed, away);
              }
            })
        .isSameAs(away);
  }

  private Breaker open() {
    var breaker =
        new Breaker("the store", new BreakerOptions(1, Duration.ofMinutes(1), seconds(30)), clock);
    breaker.failed(away);
    return breaker;
  }

  private static void enter(Breaker breaker) throws StoreException {
    try {
      breaker.enter();
    } catch (OutageException e) {
      throw new StoreException(Kind.UNAVAILABLE, e.outage().message(), e);
    }
  }

  private String store(RetryPolicy policy, Retries.StoreCall<String> call) throws Exception {
    return retries(policy).store("ORDERS", call);
  }

  private Retries retries(RetryPolicy policy) {
    return new Retries(
        policy,
        cancellation,
        told::add,
        clock,
        () -> NO_JITTER,
        pause -> {
          pauses.add(pause);
          time.advance(pause);
          return false;
        });
  }

  /** Fails so often, and then answers. */
  private Retries.StoreCall<String> failing(int times) {
    var left = new AtomicInteger(times);
    return () -> {
      if (left.getAndDecrement() > 0) {
        throw away;
      }
      return "answer";
    };
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
