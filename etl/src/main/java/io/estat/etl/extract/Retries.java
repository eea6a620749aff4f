package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.Waiting;
import io.estat.storage.StoreException;
import io.estat.storage.UploadRetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
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

  private final RetryPolicy policy;
  private final Cancellation cancellation;
  private final Consumer<Waiting> waiting;
  private final InstantSource clock;
  private final Supplier<? extends RandomGenerator> random;

  Retries(
      RetryPolicy policy,
      Cancellation cancellation,
      Consumer<Waiting> waiting,
      InstantSource clock,
      Supplier<? extends RandomGenerator> random) {
    this.policy = policy;
    this.cancellation = cancellation;
    this.waiting = waiting;
    this.clock = clock;
    this.random = random;
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
    var calls = new ConcurrentHashMap<Thread, Attempts>();
    return (failedAttempts, failure) -> {
      if (!isTransient(failure)) {
        throw failure;
      }
      // The first failure of a call ends what the thread remembers of the call before.
      Attempts attempts =
          failedAttempts == 1
              ? attempts(table)
              : calls.getOrDefault(Thread.currentThread(), attempts(table));
      calls.put(Thread.currentThread(), attempts);
      try {
        attempts.failed(failure.getMessage(), () -> failure);
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
     * Returns when it is time to try again.
     *
     * @param reason what the watchers are told while it takes longer
     */
    <X extends Exception> void failed(String reason, GivingUp<X> givingUp)
        throws X, ExtractException, InterruptedException {
      Instant now = clock.instant();
      Instant first = since == null ? now : since;
      since = first;
      failures++;
      Duration waited = Duration.between(first, now);
      if (failures > policy.attempts()) {
        Duration left = policy.patience().minus(waited);
        if (!left.isPositive()) {
          throw givingUp.because();
        }
        waiting.accept(new Waiting(now, table, reason, left));
      }
      if (cancellation.pause(policy.delay(failures, random.get()))) {
        throw cancelled();
      }
    }

    private ExtractException cancelled() {
      Failure why = cancellation.reason();
      return new ExtractException("CANCELLED", why == null ? "cancelled" : why.message(), null);
    }
  }
}
