package io.estat.ingest.batch;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one bound over everything the server holds, in events and in bytes. Events are taken one
 * request at a time and given back with their batch; bytes are taken in blocks of one {@link Slab}.
 * Nothing waits here: what is not to be had is refused at once. Thread-safe; its monitor is taken
 * inside the ledger's lock, never around it.
 *
 * <p>A part of the bytes is set aside for the gzip output of one batch, so that accepting events
 * can never take the memory that getting rid of them needs.
 */
public final class Budget {
  private final long maxEvents;
  private final int maxSlabs;
  private final int outputSlabs;
  private final ArrayDeque<Slab> free = new ArrayDeque<>();
  private long events;
  private int promisedSlabs;
  private int lineSlabsOut;
  private int outputSlabsOut;
  private long bodyBytes;

  /**
   * @param maxEvents bound of events held
   * @param maxBytes bound of bytes held, gzip output included; rounded down to whole slabs
   * @param batchBytes largest number of line bytes in a batch; its gzip output is set aside
   */
  public Budget(long maxEvents, long maxBytes, int batchBytes) {
    this.maxEvents = maxEvents;
    this.maxSlabs = Math.toIntExact(maxBytes / Slab.BYTES);
    this.outputSlabs = slabsFor(gzipBound(batchBytes));
    if (maxSlabs - outputSlabs < slabsFor(batchBytes)) {
      throw new IllegalArgumentException(
          "a budget of " + maxBytes + " bytes cannot hold a batch of " + batchBytes + " bytes");
    }
  }

  /**
   * No gzip engine makes more of n bytes: stored blocks, header and trailer, with room to spare.
   */
  static long gzipBound(long bytes) {
    return bytes + bytes / 256 + 1024;
  }

  static int slabsFor(long bytes) {
    return Math.toIntExact((bytes + Slab.BYTES - 1) / Slab.BYTES);
  }

  /**
   * Takes room for events and promises so many slabs for their lines, or takes nothing. The promise
   * lasts until {@link #endPromise}.
   */
  synchronized boolean tryTakeEvents(int count, int slabsNeeded) {
    if (events + count > maxEvents || slabsNeeded > slabsLeftForLines()) {
      return false;
    }
    events += count;
    promisedSlabs = slabsNeeded;
    return true;
  }

  /** Whether so much could be taken if nothing were held. */
  boolean couldEverTake(int count, int slabsNeeded) {
    return count <= maxEvents && slabsNeeded <= maxSlabs - outputSlabs;
  }

  /** One of the slabs that were promised. */
  synchronized Slab takeLineSlab() {
    assert promisedSlabs > 0 : "a slab is taken that was not promised";
    Slab slab = unused();
    promisedSlabs--;
    lineSlabsOut++;
    return slab;
  }

  /** What was promised and not needed is free again, and so is the room of events not taken. */
  synchronized void endPromise(int eventsNotTaken) {
    promisedSlabs = 0;
    events -= eventsNotTaken;
  }

  /** A slab of the share set aside for output, or null if that share is used up. */
  synchronized @Nullable Slab takeOutputSlab() {
    if (outputSlabsOut == outputSlabs) {
      return null;
    }
    Slab slab = unused();
    outputSlabsOut++;
    return slab;
  }

  /** Takes room for a part of a request body that has not arrived whole. */
  public synchronized boolean tryTakeBody(int bytes) {
    bodyBytes += bytes;
    if (slabsLeftForLines() >= 0) {
      return true;
    }
    bodyBytes -= bytes;
    return false;
  }

  public synchronized void giveBackBody(int bytes) {
    bodyBytes -= bytes;
  }

  /** A batch is gone: its events and its memory are free again. */
  public synchronized void giveBack(Batch batch) {
    giveBack(batch.lines(), batch.events());
  }

  /** The same for a part of a batch. */
  synchronized void giveBack(List<Slab> lineSlabs, int theirEvents) {
    events -= theirEvents;
    lineSlabsOut -= lineSlabs.size();
    recycle(lineSlabs);
  }

  synchronized void giveBackOutputSlabs(List<Slab> slabs) {
    outputSlabsOut -= slabs.size();
    recycle(slabs);
  }

  /** Whether a whole further batch would not fit any more. */
  synchronized boolean isNearlyUsedUp(int batchEvents, int batchBytes) {
    return events + batchEvents > maxEvents || slabsFor(batchBytes) > slabsLeftForLines();
  }

  /** Bytes taken, for the gauge. */
  public synchronized long bytesTaken() {
    return (long) (lineSlabsOut + outputSlabsOut) * Slab.BYTES + bodyBytes;
  }

  private int slabsLeftForLines() {
    return maxSlabs - outputSlabs - lineSlabsOut - promisedSlabs - slabsFor(bodyBytes);
  }

  private Slab unused() {
    Slab slab = free.pollFirst();
    return slab != null ? slab : new Slab();
  }

  private void recycle(List<Slab> slabs) {
    for (Slab slab : slabs) {
      slab.clear();
      free.addFirst(slab);
    }
  }
}
