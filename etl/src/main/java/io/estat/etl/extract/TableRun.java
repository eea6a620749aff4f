package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.Progress;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TableEvidence;
import io.estat.etl.plan.TableRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One table of a run, from the order to its end: how it is tried by now, whether it has failed,
 * what has landed. Thread-safe.
 */
final class TableRun {
  /** Watchers see four steps a second. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(250);

  private final TableRequest request;
  private final JobWatch watch;
  private final InstantSource clock;
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
  // Guarded by this.
  private @Nullable TableAttempt attempt;
  private @Nullable Instant started;
  private Instant reported = Instant.MIN;
  private List<LandedObject> landed = List.of();
  private @Nullable TableEvidence evidence;
  private int restarts;

  TableRun(TableRequest request, JobWatch watch, InstantSource clock) {
    this.request = request;
    this.watch = watch;
    this.clock = clock;
  }

  /** What progress calls the table. */
  String name() {
    return request.asked();
  }

  TableRequest request() {
    return request;
  }

  synchronized void attempt(TableAttempt now) {
    attempt = now;
  }

  /**
   * Begins anew, if it may.
   *
   * @param most how often
   */
  synchronized boolean restart(int most) {
    boolean allowed = restarts < most;
    if (allowed) {
      restarts++;
    }
    return allowed;
  }

  synchronized int restarts() {
    return restarts;
  }

  /** Null before it was planned. */
  synchronized @Nullable TableAttempt attempt() {
    return attempt;
  }

  /**
   * Tells the watchers when the first worker comes.
   *
   * @param total the estimate, or -1
   */
  synchronized void start(long total) throws ClaimLostException {
    if (started == null) {
      Instant now = clock.instant();
      started = now;
      watch.on(new ExtractionStarted(now, name(), total));
    }
  }

  /** Tells the watchers if it is time. */
  void progress(long rows, long total, long bytes) {
    Progress step;
    synchronized (this) {
      Instant now = clock.instant();
      if (started == null || Duration.between(reported, now).compareTo(PROGRESS_INTERVAL) < 0) {
        return;
      }
      reported = now;
      step = new Progress(now, name(), rows, total, bytes, Duration.between(started, now));
    }
    try {
      watch.on(step);
    } catch (ClaimLostException e) {
      // The next change of state meets it, too, and ends the run.
    }
  }

  /**
   * Nothing of the table will be kept.
   *
   * @return whether this is the first failure
   */
  boolean fail(Failure why) {
    return failure.compareAndSet(null, why);
  }

  boolean hasFailed() {
    return failure.get() != null;
  }

  @Nullable Failure failure() {
    return failure.get();
  }

  /** The table is completed. */
  synchronized void landed(List<LandedObject> objects, TableEvidence what) {
    landed = List.copyOf(objects);
    evidence = what;
  }

  /** Of a completed table only. */
  synchronized TableEvidence evidence() {
    return Objects.requireNonNull(evidence, "the table is not completed");
  }

  /** Whether nothing is left to do, well or not. */
  boolean hasEnded() {
    return hasFailed() || !landed().isEmpty();
  }

  /** Empty unless the table is completed. */
  synchronized List<LandedObject> landed() {
    return landed;
  }

  /** Leaves nothing behind of a table that did not end well. As often as wanted. */
  void close() {
    TableAttempt last = attempt();
    if (last != null) {
      last.end();
    }
  }
}
