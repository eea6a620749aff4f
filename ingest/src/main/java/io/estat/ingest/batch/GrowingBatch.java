package io.estat.ingest.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a batch as they come. Its name is minted with its first line. With a journal it also
 * knows how far it is on disk: what lies behind can be cut off again. Guarded by the ledger's lock.
 */
final class GrowingBatch {
  private static final byte[] TS_FIELD = "{\"ts\":".getBytes(StandardCharsets.US_ASCII);

  /** That and the digits of epoch seconds. */
  static final int TS_BYTES = 6 + 12;

  private final BatchName name;
  private final Budget budget;
  private final long firstTs;
  private final long firstNanos;
  private final List<Slab> lines = new ArrayList<>();
  private int events;
  private long bytes;
  private long lastTs;
  private byte[] tsDigits;
  private boolean sealed;
  private Mark onDisk;

  /** How far a batch had come at some moment. */
  record Mark(int events, long bytes, long lastTs) {}

  GrowingBatch(BatchName name, Budget budget, long now, long nanos) {
    this.name = name;
    this.budget = budget;
    this.firstTs = now;
    this.firstNanos = nanos;
    this.lastTs = now;
    this.tsDigits = digits(now);
    this.onDisk = mark();
  }

  private static byte[] digits(long seconds) {
    return Long.toString(seconds).getBytes(StandardCharsets.US_ASCII);
  }

  /** Appends a line of which only the {@code ts} field is missing; {@code ts} never decreases. */
  void append(long now, byte[] tail, int length) {
    if (now > lastTs) {
      lastTs = now;
      tsDigits = digits(now);
    }
    makeRoom(TS_FIELD.length + tsDigits.length + length);
    write(TS_FIELD, TS_FIELD.length);
    write(tsDigits, tsDigits.length);
    write(tail, length);
    events++;
  }

  /** First all the memory, then the bytes: half a line is never left behind. */
  private void makeRoom(int lineBytes) {
    while (roomInSlabs() < lineBytes) {
      lines.add(budget.takeLineSlab());
    }
  }

  long roomInSlabs() {
    return lines.size() * (long) Slab.BYTES - bytes;
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

  BatchName name() {
    return name;
  }

  int events() {
    return events;
  }

  long bytes() {
    return bytes;
  }

  long firstTs() {
    return firstTs;
  }

  long firstNanos() {
    return firstNanos;
  }

  void seal() {
    sealed = true;
  }

  boolean isSealed() {
    return sealed;
  }

  Batch batch() {
    return new Batch(name, lines, events, bytes, firstTs, lastTs);
  }

  Mark mark() {
    return new Mark(events, bytes, lastTs);
  }

  Mark onDisk() {
    return onDisk;
  }

  boolean isWhollyOnDisk() {
    return onDisk.bytes == bytes;
  }

  /** Everything up to there is on disk; returns the events that were not before. */
  int reachedDisk(Mark mark) {
    int more = mark.events - onDisk.events;
    onDisk = mark;
    return more;
  }

  /** Views of the bytes from what is on disk to here. */
  List<ByteBuffer> bytesNotOnDisk() {
    List<ByteBuffer> views = new ArrayList<>();
    long at = onDisk.bytes;
    while (at < bytes) {
      int slab = (int) (at / Slab.BYTES);
      long slabStart = (long) slab * Slab.BYTES;
      int end = (int) Math.min(Slab.BYTES, bytes - slabStart);
      views.add(lines.get(slab).view((int) (at - slabStart), end));
      at = slabStart + end;
    }
    return views;
  }

  /** Takes back every line that is not on disk, and gives back what it took of the budget. */
  void cutToDisk() {
    int used = (int) ((onDisk.bytes + Slab.BYTES - 1) / Slab.BYTES);
    List<Slab> unused = lines.subList(used, lines.size());
    budget.giveBack(unused, events - onDisk.events);
    unused.clear();
    if (used > 0) {
      lines.getLast().cut((int) (onDisk.bytes - (used - 1L) * Slab.BYTES));
    }
    events = onDisk.events;
    bytes = onDisk.bytes;
    lastTs = onDisk.lastTs;
  }
}
