package io.estat.etl.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.estat.etl.breaker.Breaker.State;
import io.estat.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private static final Instant START = Instant.parse("2026-01-31T23:59:59Z");
  private static final Duration OPEN_FOR = Duration.ofSeconds(30);
  private final Exception away = new Exception("no answer\nand more lines");

  private final ManualClock clock = new ManualClock(START);
  private final Breaker breaker =
      new Breaker(
          "the database",
          new BreakerOptions(3, Duration.ofMinutes(1), OPEN_FOR),
          () -> Instant.ofEpochMilli(clock.wallMillis()));

  @Test
  void opensAfterSoManyFailuresInARow() throws Exception {
    fail(2);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.outage()).isEmpty();

    fail(1);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.outage().orElseThrow().message())
        .isEqualTo(
            "the database has been away since 2026-01-31T23:59:59Z and is asked again in 31 s;"
                + " its last failure: no answer");
  }

  @Test
  void aSuccessInBetweenStartsTheCountAnew() throws Exception {
    fail(2);
    succeed();
    fail(2);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);

    fail(1);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void successesBeforeDoNotKeepItClosed() throws Exception {
    for (int i = 0; i < 1000; i++) {
      succeed();
    }
    fail(3);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void failuresFurtherApartThanTheWindowDoNotOpenIt() throws Exception {
    for (int i = 0; i < 10; i++) {
      fail(1);
      clock.advance(Duration.ofSeconds(31));
    }
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void refusesWhileItIsOpenAndSaysForHowLong() throws Exception {
    fail(3);
    clock.advance(Duration.ofSeconds(20));

    assertThatExceptionOfType(OutageException.class)
        .isThrownBy(breaker::enter)
        .satisfies(
            e -> {
              assertThat(e.outage().since()).isEqualTo(START);
              assertThat(e.outage().retryAfter()).isBetween(seconds(10), seconds(11));
            });
    assertThatExceptionOfType(OutageException.class).isThrownBy(breaker::requireNotOpen);
  }

  @Test
  void whoeverWaitsAsLongAsItSaysIsLetIn() throws Exception {
    fail(3);
    clock.advance(breaker.outage().orElseThrow().retryAfter());

    assertThat(breaker.outage()).isEmpty();
    assertThatNoException().isThrownBy(breaker::enter);
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    assertThatNoException().isThrownBy(breaker::requireNotOpen);
  }

  @Test
  void oneTriesAndTheOthersAreRefusedUntilItHasEnded() throws Exception {
    fail(3);
    clock.advance(OPEN_FOR.plusSeconds(1));
    int threads = 8;
    var together = new CyclicBarrier(threads);
    Callable<Boolean> caller =
        () -> {
          together.await();
          try {
            breaker.enter();
            return true;
          } catch (OutageException e) {
            return false;
          }
        };
    try (var callers = Executors.newFixedThreadPool(threads)) {
      long in = 0;
      for (var let :
          callers.invokeAll(IntStream.range(0, threads).mapToObj(i -> caller).toList())) {
        in += let.get() ? 1 : 0;
      }
      assertThat(in).isEqualTo(1);
    }

    breaker.succeeded();
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.outage()).isEmpty();
  }

  @Test
  void aTryThatFailsOpensItAgainAndTheOutageIsTheSame() throws Exception {
    fail(3);
    clock.advance(OPEN_FOR.plusSeconds(1));
    fail(1);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.outage().orElseThrow().since()).isEqualTo(START);
    assertThat(breaker.outage().orElseThrow().retryAfter()).isGreaterThan(OPEN_FOR);
  }

  @Test
  void aTryThatWasBrokenOffHasNotSucceeded() throws Exception {
    fail(3);
    clock.advance(OPEN_FOR.plusSeconds(1));
    breaker.enter();
    breaker.broken(away);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void callsThatWereBrokenOffDoNotOpenIt() throws Exception {
    for (int i = 0; i < 10; i++) {
      breaker.enter();
      breaker.broken(away);
    }
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  private void fail(int times) throws OutageException {
    for (int i = 0; i < times; i++) {
      breaker.enter();
      breaker.failed(away);
    }
  }

  private void succeed() throws OutageException {
    breaker.enter();
    breaker.succeeded();
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
