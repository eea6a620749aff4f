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
    /** These lines are more than the budget could hold if it were empty. */
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
    ledger.lock();
    try {
      if (closed) {
        return Admission.CLOSED;
      }
      int count = request.events();
      // Each line may leave the end of one batch unused; a slab more a batch covers that.
      long bound = request.maxBytes() + (long) count * TS_BYTES;
      int slabs = slabsMissing(count, bound);
      if (!budget.tryTakeEvents(count, slabs)) {
        return budget.couldEverTake(count, slabs) ? Admission.NO_ROOM : Admission.NEVER_FITS;
      }
      long now = time.wallMillis() / 1000;
      for (int i = 0; i < count; i++) {
        int length = request.encode(i);
        append(now, request.bytes(), length);
      }
      if (slabs > 0) {
        budget.endPromise();
      }
      ledger.count(Flow.ACCEPTED, count);
      return Admission.ACCEPTED;
    } finally {
      ledger.unlock();
    }
  }

  private int slabsMissing(int count, long bound) {
    long roomLeft = lines.size() * (long) Slab.BYTES - bytes;
    if (count == 1 && bound <= roomLeft) {
      return 0; // the usual case: no slab is asked for
    }
    int batches = 2 + Math.max(count / limits.batchEvents(), (int) (bound / limits.batchBytes()));
    return Budget.slabsFor(bound) + (count == 1 ? 1 : batches);
  }

  private void append(long now, byte[] tail, int length) {
    if (events > 0 && mustSealBefore(now, length)) {
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
    write(TS_FIELD, TS_FIELD.length);
    write(tsDigits, tsDigits.length);
    write(tail, length);
    events++;
    if (events == limits.batchEvents()) {
      seal();
    }
  }

  private boolean mustSealBefore(long now, int length) {
    return hour(now) != hour(firstTs) || bytes + TS_BYTES + length > limits.batchBytes();
  }

  private static long hour(long epochSeconds) {
    return Math.floorDiv(epochSeconds, 3600);
  }

  private void write(byte[] from, int length) {
    int done = 0;
    while (done < length) {
      if (bytes == lines.size() * (long) Slab.BYTES) {
        lines.add(budget.takeLineSlab());
      }
      int copied = lines.getLast().append(from, done, length - done);
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
