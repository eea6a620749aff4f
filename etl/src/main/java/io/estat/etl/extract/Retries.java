package io.estat.etl.extract;

import io.estat.etl.breaker.Outage;
import io.estat.etl.breaker.OutageException;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.Waiting;
import io.estat.storage.StoreException;
import io.estat.storage.UploadRetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed call of a run is made again, and waits until then: a few quick tries,
 * and then, since a database or store that is away comes back, as long as the run's patience lasts.
 * Thread-safe.
 */
final class Retries {
  /** One call to the store. */
  interface StoreCall<T> {
    T run() throws StoreException, ClaimLostException, InterruptedException;
  }

  /** Waits so long; says whether the run was cancelled meanwhile. */
  interface Pause {
    boolean pause(Duration time) throws InterruptedException;
  }

  private final RetryPolicy policy;
  private final Cancellation cancellation;
  private final Consumer<Waiting> waiting;
  private final InstantSource clock;
  private final Supplier<? extends RandomGenerator> random;
  private final Pause pause;

  /** The run's own beginning: it is not to blame for an outage before. */
  private final Instant begun;

  Retries(
      RetryPolicy policy,
      Cancellation cancellation,
      Consumer<Waiting> waiting,
      InstantSource clock,
      Supplier<? extends RandomGenerator> random) {
    this(policy, cancellation, waiting, clock, random, cancellation::pause);
  }

  /**
   * @param pause in place of time that passes
   */
  Retries(
      RetryPolicy policy,
      Cancellation cancellation,
      Consumer<Waiting> waiting,
      InstantSource clock,
      Supplier<? extends RandomGenerator> random,
      Pause pause) {
    this.policy = policy;
    this.cancellation = cancellation;
    this.waiting = waiting;
    this.clock = clock;
    this.random = random;
    this.pause = pause;
    begun = clock.instant();
  }

  /** The failures of one call, or of one table's upload, in a row. */
  Attempts attempts(@Nullable String table) {
    return new Attempts(table);
  }

  /** Makes the call until it succeeds, fails for good or patience ends. */
  <T> T store(@Nullable String table, StoreCall<T> call)
      throws ExtractException, ClaimLostException, InterruptedException {
    Attempts attempts = attempts(table);
    while (true) {
      try {
        return call.run();
      } catch (StoreException e) {
        if (!isTransient(e)) {
          throw uploadError(e);
        }
        attempts.failed(e.getMessage(), () -> uploadError(e));
      }
    }
  }

  /** For the calls that an upload makes by itself, each in a thread of its own. */
  UploadRetry forUpload(String table) {
    // Ends with its thread, which the upload starts for a part or a few.
    ThreadLocal<Attempts> calls = ThreadLocal.withInitial(() -> attempts(table));
    return (failedAttempts, failure) -> {
      if (!isTransient(failure)) {
        throw failure;
      }
      if (failedAttempts == 1) {
        // The thread's last call succeeded in the end; this is another one.
        calls.remove();
      }
      try {
        calls.get().failed(failure.getMessage(), () -> failure);
      } catch (ExtractException cancelled) {
        throw failure;
      }
    };
  }

  static boolean isTransient(StoreException e) {
    return switch (e.kind()) {
      case UNKNOWN_OUTCOME, CONFLICT, THROTTLED, UNAVAILABLE -> true;
      case CONDITION_REFUSED, DENIED, NO_BUCKET, REJECTED, NO_OBJECT -> false;
    };
  }

  static ExtractException uploadError(StoreException e) {
    return new ExtractException("GCS_UPLOAD_ERROR", e.getMessage(), e);
  }

  /** Counts failures in a row. One thread. */
  final class Attempts {
    /** What is thrown when there is no more patience. */
    interface GivingUp<X extends Exception> {
      X because();
    }

    private final @Nullable String table;
    private @Nullable Instant since;
    private int failures;

    private Attempts(@Nullable String table) {
      this.table = table;
    }

    /** The last call succeeded: the next failure is a first one. */
    void succeeded() {
      failures = 0;
      since = null;
    }

    /**
     * Returns when it is time to try again. A call that a breaker refused counts as no try: it
     * waits as long as there is patience.
     *
     * @param reason what the watchers are told while it takes longer
     */
    <X extends Exception> void failed(String reason, GivingUp<X> givingUp)
        throws X, ExtractException, InterruptedException {
      Instant now = clock.instant();
      Instant first = since == null ? now : since;
      since = first;
      X last = givingUp.because();
      Optional<Outage> outage = OutageException.in(last);
      Duration time;
      if (outage.isPresent()) {
        Duration left = goOn(reason, now, earlier(first, seenSince(outage.get())), last);
        time = shorter(outage.get().retryAfter(), left);
      } else {
        failures++;
        if (failures > policy.attempts()) {
          goOn(reason, now, first, last);
        }
        time = policy.delay(failures, random.get());
      }
      if (pause.pause(time)) {
        throw cancelled();
      }
    }

    /** Tells the watchers, or gives up; returns how much patience is left. */
    private <X extends Exception> Duration goOn(String reason, Instant now, Instant away, X last)
        throws X {
      Duration left = policy.patience().minus(Duration.between(away, now));
      if (!left.isPositive()) {
        throw last;
      }
      waiting.accept(new Waiting(now, table, reason, left));
      return left;
    }

    /** What the tables of a run wait for they wait for together, and not one after the other. */
    private Instant seenSince(Outage outage) {
      return outage.since().isBefore(begun) ? begun : outage.since();
    }

    private static Instant earlier(Instant a, Instant b) {
      return a.isBefore(b) ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
      return a.compareTo(b) < 0 ? a : b;
    }

    private ExtractException cancelled() {
      Failure why = cancellation.reason();
      return new ExtractException("CANCELLED", why == null ? "cancelled" : why.message(), null);
    }
  }
}
