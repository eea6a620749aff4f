package io.estat.etl.extract;

import io.estat.etl.encode.ColumnNames;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.plan.TablePlan;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One try at a table: its plan, the point in time and the objects are of one piece, and what one
 * try has read is never mixed with another's. Thread-safe.
 */
final class TableAttempt {
  private final TableRun table;
  private final TablePlan plan;
  private final ColumnNames names;
  private final PointInTime point;
  private final TableOutput output;
  private final FetchSize fetchSize;
  private final AtomicInteger chunksLeft;
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private final AtomicBoolean released = new AtomicBoolean();
  // Guarded by this.
  private long rows;
  private long replacedTexts;
  private long outOfRanges;

  TableAttempt(
      TableRun table,
      TablePlan plan,
      ColumnNames names,
      PointInTime point,
      TableOutput output,
      FetchSize fetchSize) {
    this.table = table;
    this.plan = plan;
    this.names = names;
    this.point = point;
    this.output = output;
    this.fetchSize = fetchSize;
    chunksLeft = new AtomicInteger(plan.chunks().size());
    point.retain();
  }

  TableRun table() {
    return table;
  }

  TablePlan plan() {
    return plan;
  }

  ColumnNames columnNames() {
    return names;
  }

  PointInTime point() {
    return point;
  }

  TableOutput output() {
    return output;
  }

  FetchSize fetchSize() {
    return fetchSize;
  }

  /** Counts rows that were encoded, and tells the watchers if it is time. */
  void progress(long more) {
    long now;
    synchronized (this) {
      rows += more;
      now = rows;
    }
    if (!isOver()) {
      table.progress(now, plan.table().rows(), output.bytes());
    }
  }

  /** A chunk that is read again counts from where it began. */
  synchronized void takeBack(long counted) {
    rows -= counted;
  }

  /** A worker has read a chunk and hands in what it had to bend. */
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
    return chunksLeft.decrementAndGet() == 0 && !isOver();
  }

  /**
   * Nothing more of it is wanted.
   *
   * @return whether this is the first to say so
   */
  boolean abandon() {
    return abandoned.compareAndSet(false, true);
  }

  /** Whether its workers can leave it. */
  boolean isOver() {
    return abandoned.get() || table.hasFailed();
  }

  /** Leaves nothing of it behind, unless it was committed. As often as wanted. */
  void end() {
    output.abort();
    if (released.compareAndSet(false, true)) {
      point.release();
    }
  }

  synchronized long replacedTexts() {
    return replacedTexts;
  }

  synchronized long outOfRanges() {
    return outOfRanges;
  }
}
