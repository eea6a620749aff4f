package io.estat.etl.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens after so many failures in a row within a time: nothing that is asked answers. While it is
 * open no call is made; then one call tries, and its outcome closes it or opens it again. Whoever
 * was let in by {@link #enter} says how the call ended, by exactly one of {@link #succeeded},
 * {@link #failed} and {@link #broken}. Thread-safe; never blocks.
 */
public final class Breaker {
  /** What it does with calls. */
  public enum State {
    /** Lets them through. */
    CLOSED,
    /** One tries; the others are refused until it has ended. */
    HALF_OPEN,
    /** Refuses them. */
    OPEN
  }

  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
  private static final Duration PROBE = Duration.ofSeconds(1);

  private final String what;
  private final BreakerOptions options;
  private final InstantSource clock;
  private final CircuitBreaker breaker;
  private volatile @Nullable Instant awaySince;
  private volatile Instant openUntil = Instant.MIN;
  private volatile String lastFailure = "";

  /**
   * @param what stands behind it, as a sentence begins: {@code the database}
   */
  public Breaker(String what, BreakerOptions options, InstantSource clock) {
    this.what = what;
    this.options = options;
    this.clock = clock;
    // A success in between empties the window: so all of it failed, and only the number counts.
    var config =
        CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.TIME_BASED)
            .slidingWindowSize(Math.toIntExact(options.window().toSeconds()))
            .minimumNumberOfCalls(options.failures())
            .failureRateThreshold(100)
            .waitDurationInOpenState(options.openFor())
            .permittedNumberOfCallsInHalfOpenState(1)
            .clock(clock.withZone(ZoneOffset.UTC))
            .build();
    breaker = CircuitBreaker.of(what, config);
    breaker
        .getEventPublisher()
        .onStateTransition(event -> moved(event.getStateTransition().getToState()));
  }

  /** Of this moment. It stays open until a call comes after the time it is open for. */
  public State state() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> State.OPEN;
      case HALF_OPEN -> State.HALF_OPEN;
      case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
    };
  }

  /** Why a call would be refused now; empty if it would be let in. Lets nobody in. */
  public Optional<Outage> outage() {
    return switch (state()) {
      case CLOSED -> Optional.empty();
      case HALF_OPEN -> Optional.of(outage(PROBE));
      case OPEN -> {
        Duration left = Duration.between(clock.instant(), openUntil);
        yield left.isNegative() ? Optional.empty() : Optional.of(outage(left));
      }
    };
  }

  /**
   * Lets one call in.
   *
   * @throws OutageException if it must not be made
   */
  public void enter() throws OutageException {
    if (!breaker.tryAcquirePermission()) {
      throw new OutageException(outage().orElseGet(() -> outage(PROBE)));
    }
  }

  /**
   * For what a call that was let in does on its way, and what is done without one.
   *
   * @throws OutageException while it is open, also at the end of its time
   */
  public void requireNotOpen() throws OutageException {
    if (state() == State.OPEN) {
      throw new OutageException(outage().orElseGet(() -> outage(PROBE)));
    }
  }

  /** There was an answer, be it a refusal. */
  public void succeeded() {
    if (breaker.getState() != CircuitBreaker.State.CLOSED) {
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    } else if (breaker.getMetrics().getNumberOfFailedCalls() > 0) {
      breaker.reset();
    }
  }

  /** There was no answer, or one that says as much. */
  public void failed(Throwable why) {
    if (OutageException.in(why).isEmpty()) {
      lastFailure = String.valueOf(why.getMessage()).lines().findFirst().orElse("");
    }
    breaker.onError(0, TimeUnit.NANOSECONDS, why);
  }

  /** The caller broke off: nothing is known. A try that was broken off has not succeeded. */
  public void broken(Throwable why) {
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
      failed(why);
    }
  }

  private Outage outage(Duration left) {
    Instant since = awaySince;
    return new Outage(
        what,
        since == null ? clock.instant() : since,
        lastFailure,
        // At the very end of its time it is still open.
        left.plusMillis(1));
  }

  private void moved(CircuitBreaker.State to) {
    Instant now = clock.instant();
    if (to == CircuitBreaker.State.OPEN) {
      openUntil = now.plus(options.openFor());
      if (awaySince == null) {
        awaySince = now;
        LOG.warn("{} is away: {}; it is tried every {}", what, lastFailure, options.openFor());
      }
    } else if (to == CircuitBreaker.State.CLOSED) {
      LOG.info("{} is back; it was away since {}", what, awaySince);
      awaySince = null;
    }
  }
}
