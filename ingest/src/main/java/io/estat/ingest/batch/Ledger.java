package io.estat.ingest.batch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The books. At every moment in which nobody holds the lock
 *
 * <pre>
 * accepted + recovered = stored + reuploaded + in memory + in DLQ + quarantined + expired + dropped
 * </pre>
 *
 * <p>Each flow is counted by the part that sees it happen; the two stocks (in memory, in DLQ) are
 * asked of the parts that hold the events. None is computed from the others: if a batch is lost,
 * doubled or miscounted anywhere, the two sides differ.
 *
 * <p>Whoever moves events from one place to another does the taking, the giving and the counting
 * under one hold of the lock, so that a {@link #cut()} is consistent. Nothing slow happens under
 * it: no I/O, no gzip, no logging.
 */
public final class Ledger {
  /** What can happen to an event. */
  public enum Flow {
    /** Taken from a client with a 200. */
    ACCEPTED,
    /** Found in a file of an earlier life of this server when that file was first opened. */
    RECOVERED,
    /** In an object of the bucket at the first way. */
    STORED,
    /** In an object of the bucket after a stay in the DLQ. */
    REUPLOADED,
    /** In the quarantine prefix of the bucket. */
    QUARANTINED,
    /** Removed from the DLQ by age or size. */
    EXPIRED,
    /** Lost: neither store nor disk nor memory could hold it. */
    DROPPED
  }

  /** One consistent look at all terms, in events. */
  public record Cut(
      long accepted,
      long recovered,
      long stored,
      long reuploaded,
      long quarantined,
      long expired,
      long dropped,
      long inMemory,
      long inDlq) {
    /** Left side minus right side; anything but 0 is a bug of this program. */
    public long difference() {
      return accepted
          + recovered
          - (stored + reuploaded + inMemory + inDlq + quarantined + expired + dropped);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final EnumMap<Flow, long[]> flows = new EnumMap<>(Flow.class);
  private final List<LongSupplier> memoryPlaces = new ArrayList<>();
  private final List<LongSupplier> dlqPlaces = new ArrayList<>();

  public Ledger() {
    for (Flow flow : Flow.values()) {
      flows.put(flow, new long[1]);
    }
  }

  public void lock() {
    lock.lock();
  }

  public void unlock() {
    lock.unlock();
  }

  /** For waiting until something moved. */
  public Condition newCondition() {
    return lock.newCondition();
  }

  /** Counts; the caller holds the lock and moves the events under the same hold. */
  public void count(Flow flow, long events) {
    assert lock.isHeldByCurrentThread() : "the ledger is written under its lock";
    cell(flow)[0] += events;
  }

  /** Adds a part that holds events in memory; asked under the lock. */
  public void addMemoryPlace(LongSupplier events) {
    locked(() -> memoryPlaces.add(events));
  }

  /** Adds a part that holds events in the DLQ; asked under the lock. */
  public void addDlqPlace(LongSupplier events) {
    locked(() -> dlqPlaces.add(events));
  }

  /** Runs a move under the lock. */
  public void locked(Runnable move) {
    lock.lock();
    try {
      move.run();
    } finally {
      lock.unlock();
    }
  }

  public Cut cut() {
    lock.lock();
    try {
      return new Cut(
          counted(Flow.ACCEPTED),
          counted(Flow.RECOVERED),
          counted(Flow.STORED),
          counted(Flow.REUPLOADED),
          counted(Flow.QUARANTINED),
          counted(Flow.EXPIRED),
          counted(Flow.DROPPED),
          sum(memoryPlaces),
          sum(dlqPlaces));
    } finally {
      lock.unlock();
    }
  }

  private long counted(Flow flow) {
    return cell(flow)[0];
  }

  private long[] cell(Flow flow) {
    return Objects.requireNonNull(flows.get(flow));
  }

  private static long sum(List<LongSupplier> places) {
    long events = 0;
    for (LongSupplier place : places) {
      events += place.getAsLong();
    }
    return events;
  }
}
