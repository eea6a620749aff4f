package io.estat.ingest.batch;

import io.estat.ingest.batch.Ledger.Flow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where events wait until their batch is sealed. A batch is sealed when it has {@code batchEvents}
 * events, when the next line would exceed {@code batchBytes}, {@code flushInterval} after its first
 * event, and at every hour edge in either direction, so that the partition of its name is exact.
 *
 * <p>Every event loop appends to the same open batch, under the ledger's lock; the line is ready by
 * then, so that what is done under the lock is one copy of its bytes. One batch for all loops makes
 * the limits exact, the order of {@code ts} right and the number of objects independent of the
 * number of threads.
 */
public final class OpenBatch {
  private static final byte[] TS_FIELD = "{\"ts\":".getBytes(StandardCharsets.US_ASCII);

  /** That and the digits of epoch seconds. */
  private static final int TS_BYTES = 6 + 12;

  private final BatchLimits limits;
  private final Budget budget;
  private final Ledger ledger;
  private final NameMint names;
  private final Time time;
  private final BatchSink sink;
  private final long flushNanos;

  // All below is guarded by the ledger's lock.
  private List<Slab> lines = new ArrayList<>();
  private int events;
  private long bytes;
  private long firstTs;
  private long lastTs;
  private long firstNanos;
  private byte[] tsDigits = new byte[0];
  private boolean closed;

  public OpenBatch(
      BatchLimits limits, Budget budget, Ledger ledger, NameMint names, Time time, BatchSink sink) {
    this.limits = limits;
    this.budget = budget;
    this.ledger = ledger;
    this.names = names;
    this.time = time;
    this.sink = sink;
    this.flushNanos = limits.flushInterval().toNanos();
    ledger.addMemoryPlace(() -> events);
  }

  /** What became of a request. */
  public enum Admission {
    ACCEPTED,
    /** The budget is used up; nothing was kept. */
    NO_ROOM,
    /**
     * These lines are more than a batch or the empty budget could hold: one request must not take
     * all.
     */
    NEVER_FITS,
    /** The server is past its last batch; nothing was kept. */
    CLOSED
  }

  /**
   * Accepts the lines of one request: all or none.
   *
   * @param request the request's lines, each without its {@code ts} field, which is written here
   */
  public Admission accept(RequestLines request) {
    int count = request.events();
    // One line, the usual case, is made before the lock is taken; many share one buffer and are
    // not.
    int ready = count == 1 ? request.encode(0) : 0;
    long bound = (count == 1 ? ready : request.maxBytes()) + (long) count * TS_BYTES;
    if (bound > limits.requestBytes()) {
      return Admission.NEVER_FITS;
    }
    ledger.lock();
    try {
      if (closed) {
        return Admission.CLOSED;
      }
      long now = time.wallMillis() / 1000;
      int slabs = slabsMissing(now, count, bound);
      if (!budget.tryTakeEvents(count, slabs)) {
        return budget.couldEverTake(count, slabs) ? Admission.NO_ROOM : Admission.NEVER_FITS;
      }
      appendAll(now, request, ready, count, slabs);
      return Admission.ACCEPTED;
    } finally {
      ledger.unlock();
    }
  }

  private int slabsMissing(long now, int count, long bound) {
    if (count == 1) {
      boolean begins = events > 0 && mustSealBefore(now, bound);
      long missing = begins ? bound : bound - roomInSlabs();
      return missing <= 0 ? 0 : Budget.slabsFor(missing); // 0 is the usual case
    }
    // Each batch may leave the end of a slab unused. Of two batches in a row that were sealed by
    // bytes, the lines exceed batchBytes together.
    long batches = 3 + count / limits.batchEvents() + 2 * bound / limits.batchBytes();
    return Budget.slabsFor(bound) + (int) Math.min(count, batches);
  }

  private long roomInSlabs() {
    return lines.size() * (long) Slab.BYTES - bytes;
  }

  /** If a line cannot be made the lines before it stay, counted, and nothing of it does. */
  private void appendAll(long now, RequestLines request, int ready, int count, int slabs) {
    int done = 0;
    try {
      while (done < count) {
        int length = count == 1 ? ready : request.encode(done);
        append(now, request.bytes(), length);
        done++;
      }
    } finally {
      if (slabs > 0 || done < count) {
        budget.endPromise(count - done);
      }
      ledger.count(Flow.ACCEPTED, done);
    }
  }

  private void append(long now, byte[] tail, int length) {
    if (events > 0 && mustSealBefore(now, TS_BYTES + length)) {
      seal();
    }
    if (events == 0) {
      firstTs = now;
      lastTs = now - 1; // makes the digits below
      firstNanos = time.nanos();
    }
    if (now > lastTs) {
      lastTs = now;
      tsDigits = Long.toString(now).getBytes(StandardCharsets.US_ASCII);
    }
    makeRoom(TS_FIELD.length + tsDigits.length + length);
    write(TS_FIELD, TS_FIELD.length);
    write(tsDigits, tsDigits.length);
    write(tail, length);
    events++;
    if (events == limits.batchEvents()) {
      seal();
    }
  }

  private boolean mustSealBefore(long now, long lineBytes) {
    return hour(now) != hour(firstTs) || bytes + lineBytes > limits.batchBytes();
  }

  private static long hour(long epochSeconds) {
    return Math.floorDiv(epochSeconds, 3600);
  }

  /** First all the memory, then the bytes: half a line is never left behind. */
  private void makeRoom(int lineBytes) {
    while (roomInSlabs() < lineBytes) {
      lines.add(budget.takeLineSlab());
    }
  }

  private void write(byte[] from, int length) {
    int done = 0;
    while (done < length) {
      Slab slab = lines.get((int) (bytes / Slab.BYTES));
      int copied = slab.append(from, done, length - done);
      done += copied;
      bytes += copied;
    }
  }

  private void seal() {
    sink.offer(new Batch(names.next(firstTs), lines, events, bytes, firstTs, lastTs));
    lines = new ArrayList<>();
    events = 0;
    bytes = 0;
  }

  /**
   * Seals what is due by time: called about ten times a second by the collector's timer.
   *
   * @param queueIsFull keep collecting instead of making a small object that would have to wait
   */
  public void tick(boolean queueIsFull) {
    ledger.lock();
    try {
      if (events == 0) {
        return;
      }
      boolean due = time.nanos() - firstNanos >= flushNanos;
      if ((due && !queueIsFull) || hour(time.wallMillis() / 1000) != hour(firstTs)) {
        seal();
      }
    } finally {
      ledger.unlock();
    }
  }

  /** Seals the last batch; whatever comes later is refused. */
  public void close() {
    ledger.lock();
    try {
      closed = true;
      if (events > 0) {
        seal();
      }
    } finally {
      ledger.unlock();
    }
  }

  /** Events that wait unsealed. */
  public int depth() {
    ledger.lock();
    try {
      return events;
    } finally {
      ledger.unlock();
    }
  }
}
