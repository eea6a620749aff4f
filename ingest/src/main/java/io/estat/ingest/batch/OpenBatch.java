package io.estat.ingest.batch;

import io.estat.ingest.batch.Ledger.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Where events wait until their batch is sealed. A batch is sealed when it has {@code batchEvents}
 * events, when the next line would exceed {@code batchBytes}, {@code flushInterval} after its first
 * event, and at every hour edge in either direction, so that the partition of its name is exact.
 *
 * <p>Every event loop appends to the same open batch, under the ledger's lock; the line is ready by
 * then, so that what is done under the lock is one copy of its bytes. One batch for all loops makes
 * the limits exact, the order of {@code ts} right and the number of objects independent of the
 * number of threads.
 *
 * <p>With a {@link GroupCommit} an event is accepted when it is on disk: the request is {@link
 * Admission#APPENDED} and its {@link AckWaiter} hears of it later.
 */
public final class OpenBatch {
  private final BatchLimits limits;
  private final Budget budget;
  private final Ledger ledger;
  private final NameMint names;
  private final Time time;
  private final BatchSink sink;
  private final @Nullable GroupCommit commits;
  private final long flushNanos;

  // Guarded by the ledger's lock.
  private @Nullable GrowingBatch growing;
  private boolean closed;

  /** An event is accepted when it is in memory. */
  public OpenBatch(
      BatchLimits limits, Budget budget, Ledger ledger, NameMint names, Time time, BatchSink sink) {
    this(limits, budget, ledger, names, time, sink, null);
    ledger.addMemoryPlace(this::events);
  }

  /**
   * An event is accepted when it is on disk.
   *
   * @param commits gets every batch, and hands it on
   */
  public OpenBatch(
      BatchLimits limits,
      Budget budget,
      Ledger ledger,
      NameMint names,
      Time time,
      GroupCommit commits) {
    this(limits, budget, ledger, names, time, batch -> {}, commits);
  }

  private OpenBatch(
      BatchLimits limits,
      Budget budget,
      Ledger ledger,
      NameMint names,
      Time time,
      BatchSink sink,
      @Nullable GroupCommit commits) {
    this.limits = limits;
    this.budget = budget;
    this.ledger = ledger;
    this.names = names;
    this.time = time;
    this.sink = sink;
    this.commits = commits;
    this.flushNanos = limits.flushInterval().toNanos();
  }

  /** What became of a request. */
  public enum Admission {
    ACCEPTED,
    /** It will be accepted, or not, when the disk has answered. */
    APPENDED,
    /** The disk takes nothing; nothing was kept. */
    NOT_TO_DISK,
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
   * @param waiter hears of it if it is only appended
   */
  public Admission accept(RequestLines request, AckWaiter waiter) {
    int count = request.events();
    // One line, the usual case, is made before the lock is taken; many share one buffer and are
    // not.
    int ready = count == 1 ? request.encode(0) : 0;
    long bound = (count == 1 ? ready : request.maxBytes()) + (long) count * GrowingBatch.TS_BYTES;
    if (bound > limits.requestBytes()) {
      return Admission.NEVER_FITS;
    }
    ledger.lock();
    try {
      if (closed) {
        return Admission.CLOSED;
      }
      if (commits != null && commits.isRefusing()) {
        return Admission.NOT_TO_DISK;
      }
      long now = time.wallMillis() / 1000;
      int slabs = slabsMissing(now, count, bound);
      if (!budget.tryTakeEvents(count, slabs)) {
        return budget.couldEverTake(count, slabs) ? Admission.NO_ROOM : Admission.NEVER_FITS;
      }
      appendAll(now, request, ready, count, slabs);
      if (commits == null) {
        return Admission.ACCEPTED;
      }
      commits.waits(waiter);
      return Admission.APPENDED;
    } finally {
      ledger.unlock();
    }
  }

  private int slabsMissing(long now, int count, long bound) {
    if (count == 1) {
      GrowingBatch batch = growing();
      long room = batch == null || mustSealBefore(batch, now, bound) ? 0 : batch.roomInSlabs();
      long missing = bound - room;
      return missing <= 0 ? 0 : Budget.slabsFor(missing); // 0 is the usual case
    }
    // Each batch may leave the end of a slab unused. Of two batches in a row that were sealed by
    // bytes, the lines exceed batchBytes together.
    long batches = 3 + count / limits.batchEvents() + 2 * bound / limits.batchBytes();
    return Budget.slabsFor(bound) + (int) Math.min(count, batches);
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
      if (commits == null) {
        ledger.count(Flow.ACCEPTED, done);
      }
    }
  }

  private void append(long now, byte[] tail, int length) {
    GrowingBatch batch = growing();
    if (batch != null && mustSealBefore(batch, now, GrowingBatch.TS_BYTES + length)) {
      seal(batch);
      batch = null;
    }
    if (batch == null) {
      batch = begin(now);
    }
    batch.append(now, tail, length);
    if (commits != null) {
      commits.appended(batch);
    }
    if (batch.events() == limits.batchEvents()) {
      seal(batch);
    }
  }

  /** Null between batches; the journal may have sealed the last one. */
  private @Nullable GrowingBatch growing() {
    return growing == null || growing.isSealed() ? null : growing;
  }

  private GrowingBatch begin(long now) {
    var batch = new GrowingBatch(names.next(now), budget, now, time.nanos());
    if (commits != null) {
      commits.begun(batch);
    }
    growing = batch;
    return batch;
  }

  private boolean mustSealBefore(GrowingBatch batch, long now, long lineBytes) {
    return hour(now) != hour(batch.firstTs()) || batch.bytes() + lineBytes > limits.batchBytes();
  }

  private static long hour(long epochSeconds) {
    return Math.floorDiv(epochSeconds, 3600);
  }

  private void seal(GrowingBatch batch) {
    batch.seal();
    growing = null;
    if (commits == null) {
      sink.offer(batch.batch());
    } else {
      commits.sealed(batch);
    }
  }

  /**
   * Seals what is due by time: called about ten times a second by the collector's timer.
   *
   * @param queueIsFull keep collecting instead of making a small object that would have to wait
   */
  public void tick(boolean queueIsFull) {
    ledger.lock();
    try {
      GrowingBatch batch = growing();
      if (batch == null) {
        return;
      }
      boolean due = time.nanos() - batch.firstNanos() >= flushNanos;
      if ((due && !queueIsFull) || hour(time.wallMillis() / 1000) != hour(batch.firstTs())) {
        seal(batch);
      }
    } finally {
      ledger.unlock();
    }
  }

  /**
   * An event loop has appended all that had arrived: what waits for the disk may be written now. To
   * be called after the last {@link Admission#APPENDED} of each turn.
   */
  public void turnEnded() {
    if (commits != null) {
      commits.turnEnded();
    }
  }

  /** Seals the last batch; whatever comes later is refused. */
  public void close() {
    ledger.lock();
    try {
      closed = true;
      GrowingBatch batch = growing();
      if (batch != null) {
        seal(batch);
      }
    } finally {
      ledger.unlock();
    }
  }

  /** Events that wait unsealed. */
  public int depth() {
    ledger.lock();
    try {
      return events();
    } finally {
      ledger.unlock();
    }
  }

  private int events() {
    GrowingBatch batch = growing();
    return batch == null ? 0 : batch.events();
  }
}
