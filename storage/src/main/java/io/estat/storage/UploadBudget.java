package io.estat.storage;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the buffers of all uploads that share it, in slabs of {@link #SLAB_BYTES}. Its lock guards
 * the bookkeeping of these uploads, never a copy or a call to a store.
 *
 * <p>Appenders never wait for each other for ever: every open upload has the slabs of its store's
 * smallest part reserved, so when all slabs are taken and nothing is on its way to a store, some
 * open part is large enough to be sent short, and the fullest is.
 */
public final class UploadBudget {
  /** 256 KiB: the alignment that GCS wants. */
  public static final int SLAB_BYTES = 256 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final int slabs;
  // All guarded by lock.
  private final ArrayDeque<byte[]> pool = new ArrayDeque<>();
  private final Set<PartBuffer> open = new LinkedHashSet<>();
  private int taken;
  private int reserved;
  private int onTheirWay;
  private int waiting;

  /**
   * @param bytes rounded down to whole slabs, at least one
   */
  public UploadBudget(long bytes) {
    if (bytes < SLAB_BYTES) {
      throw new IllegalArgumentException(
          "an upload budget of %d bytes is too small: it must be at least %d"
              .formatted(bytes, SLAB_BYTES));
    }
    slabs = Math.toIntExact(bytes / SLAB_BYTES);
  }

  /** What may be taken at most. */
  public long bytes() {
    return (long) slabs * SLAB_BYTES;
  }

  /** What is taken now: parts that are being filled or sent. */
  public long takenBytes() {
    lock.lock();
    try {
      return (long) taken * SLAB_BYTES;
    } finally {
      lock.unlock();
    }
  }

  /** Whole slabs that hold so many bytes. */
  static int slabsFor(long bytes) {
    return Math.toIntExact((bytes + SLAB_BYTES - 1) / SLAB_BYTES);
  }

  ReentrantLock lock() {
    return lock;
  }

  /** Signalled whenever a slab, a part or an upload changed its state. */
  Condition changed() {
    return changed;
  }

  /** Sets the slabs of the smallest part aside. */
  void register(PartBuffer buffer, int minSlabs) {
    lock.lock();
    try {
      if (reserved + minSlabs > slabs) {
        throw new IllegalArgumentException(
            ("an upload budget of %d bytes is too small for one more open upload: the %d that are"
                    + " open have %d bytes reserved for their smallest parts, and this one needs"
                    + " %d; raise the budget or open fewer objects at once")
                .formatted(
                    bytes(),
                    open.size(),
                    (long) reserved * SLAB_BYTES,
                    (long) minSlabs * SLAB_BYTES));
      }
      reserved += minSlabs;
      open.add(buffer);
    } finally {
      lock.unlock();
    }
  }

  // The rest is called with the lock held.

  /** The buffer is filled no more and gives back so much of what was set aside for it. */
  void release(PartBuffer buffer, int reservedSlabs) {
    reserved -= reservedSlabs;
    open.remove(buffer);
    forgetPool();
  }

  private void forgetPool() {
    if (open.isEmpty() && taken == 0) {
      pool.clear();
    }
  }

  /** Waits for a slab. */
  byte[] take(PartBuffer.Alive alive) throws StoreException, InterruptedException {
    alive.check();
    awaitSlab(alive);
    taken++;
    byte[] pooled = pool.poll();
    return pooled == null ? new byte[SLAB_BYTES] : pooled;
  }

  private void awaitSlab(PartBuffer.Alive alive) throws StoreException, InterruptedException {
    waiting++;
    try {
      while (taken == slabs) {
        relieve();
        if (taken == slabs) {
          changed.await();
        }
        alive.check();
      }
    } finally {
      waiting--;
    }
  }

  /** Slabs that are not on their way come back. */
  void give(List<byte[]> back) {
    taken -= back.size();
    pool.addAll(back);
    forgetPool();
    changed.signalAll();
  }

  void sealed(Part part) {
    onTheirWay += part.slabs().size();
  }

  /** The store has the part, or it will never be sent. */
  void ended(Part part) {
    onTheirWay -= part.slabs().size();
    give(part.slabs());
    relieve();
  }

  /** Sends the fullest open part short if somebody waits and nothing else could free a slab. */
  void relieve() {
    if (waiting > 0 && taken == slabs && onTheirWay == 0) {
      open.stream()
          .filter(buffer -> buffer.sendable() > 0)
          .max(Comparator.comparingInt(PartBuffer::sendable))
          .ifPresent(PartBuffer::sealShort);
    }
  }
}
