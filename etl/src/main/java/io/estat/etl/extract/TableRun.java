package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.Progress;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.encode.ColumnNames;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.plan.TablePlan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One table while it is copied by several workers: how many chunks are left, what was counted, and
 * whether it has failed. Thread-safe.
 */
final class TableRun {
  /** Watchers see four steps a second. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(250);

  private final String asked;
  private final TablePlan plan;
  private final ColumnNames names;
  private final TableOutput output;
  private final JobWatch watch;
  private final InstantSource clock;
  private final String expressions;
  private final AtomicInteger chunksLeft;
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
  // Guarded by this.
  private @Nullable Instant started;
  private Instant reported = Instant.MIN;
  private long rows;
  private long replacedTexts;
  private long outOfRanges;
  private List<LandedObject> landed = List.of();

  /**
   * @param asked what progress calls the table
   */
  TableRun(
      String asked,
      TablePlan plan,
      ColumnNames names,
      TableOutput output,
      JobWatch watch,
      InstantSource clock) {
    this.asked = asked;
    this.plan = plan;
    this.names = names;
    this.output = output;
    this.watch = watch;
    this.clock = clock;
    expressions =
        plan.columns().stream().map(ColumnPlan::expression).collect(Collectors.joining(", "));
    chunksLeft = new AtomicInteger(plan.chunks().size());
  }

  String name() {
    return asked;
  }

  TablePlan plan() {
    return plan;
  }

  ColumnNames columnNames() {
    return names;
  }

  TableOutput output() {
    return output;
  }

  /** What stands between {@code select} and {@code from}. */
  String expressions() {
    return expressions;
  }

  /** Tells the watchers when the first worker comes. */
  synchronized void start() throws ClaimLostException {
    if (started == null) {
      Instant now = clock.instant();
      started = now;
      watch.on(new ExtractionStarted(now, asked, plan.table().rows()));
    }
  }

  /** Counts rows that were encoded, and tells the watchers if it is time. */
  void progress(long more) {
    Progress step;
    synchronized (this) {
      rows += more;
      Instant now = clock.instant();
      if (started == null || Duration.between(reported, now).compareTo(PROGRESS_INTERVAL) < 0) {
        return;
      }
      reported = now;
      step =
          new Progress(
              now,
              asked,
              rows,
              plan.table().rows(),
              output.bytes(),
              Duration.between(started, now));
    }
    try {
      watch.on(step);
    } catch (ClaimLostException e) {
      // The next change of state meets it, too, and ends the run.
    }
  }

  /** A chunk that is read again counts from where it began. */
  synchronized void takeBack(long counted) {
    rows -= counted;
  }

  /** A worker leaves the table and hands in what it had to bend. */
  synchronized void add(EncodeCounters counters) {
    replacedTexts += counters.replacedTexts();
    outOfRanges += counters.outOfRanges();
  }

  /**
   * A chunk is proven and on its way.
   *
   * @return whether it was the last
   */
  boolean chunkDone() {
    return chunksLeft.decrementAndGet() == 0 && !hasFailed();
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

  synchronized void landed(List<LandedObject> objects) {
    landed = List.copyOf(objects);
  }

  /** Empty unless the table is completed. */
  synchronized List<LandedObject> landed() {
    return landed;
  }

  synchronized long replacedTexts() {
    return replacedTexts;
  }

  synchronized long outOfRanges() {
    return outOfRanges;
  }
}
