package io.estat.storage;

import static io.estat.storage.UploadBudget.SLAB_BYTES;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The open part of one upload. {@link #write} is called by one thread at a time; everything else
 * with the lock of the budget held.
 */
final class PartBuffer {
  /** After so many parts they become larger by a whole, so that huge objects have few enough. */
  private static final int PARTS_OF_ONE_SIZE = 1000;

  /** 1 GiB: lengths are int. */
  private static final long MAX_PART_BYTES = 1L << 30;

  /** Throws when the upload has ended. */
  interface Alive {
    void check() throws StoreException;
  }

  private final UploadBudget budget;
  private final PartLimits limits;
  private final long partBytes;
  private final Alive alive;
  private final Consumer<Part> sealed;
  // All guarded by the lock of the budget.
  private final List<byte[]> slabs = new ArrayList<>();
  private int length;
  private long offset;
  private int number = 1;
  private int reservedSlabs;
  private boolean copying;
  private boolean discarded;

  /**
   * @param sealed takes parts that are to be sent, in order, with the lock held
   */
  PartBuffer(
      UploadBudget budget, int partBytes, PartLimits limits, Alive alive, Consumer<Part> sealed) {
    this.budget = budget;
    this.limits = limits;
    this.alive = alive;
    this.sealed = sealed;
    long unit = Math.max(SLAB_BYTES, limits.alignBytes());
    this.partBytes = Math.ceilDiv(Math.max(partBytes, limits.minBytes()), unit) * unit;
    reservedSlabs = UploadBudget.slabsFor(limits.leastBytes());
    budget.register(this, reservedSlabs);
  }

  /** Copies as much as one slab takes, which is at least one byte, and returns how much. */
  int write(byte[] bytes, int from, int count) throws StoreException, InterruptedException {
    ReentrantLock lock = budget.lock();
    byte[] slab;
    int at;
    lock.lockInterruptibly();
    try {
      slab = slabWithRoom();
      at = length - (slabs.size() - 1) * SLAB_BYTES;
      copying = true;
    } finally {
      lock.unlock();
    }
    int n = Math.min(count, SLAB_BYTES - at);
    System.arraycopy(bytes, from, slab, at, n);
    lock.lock();
    try {
      copying = false;
      length += n;
      copied();
    } finally {
      lock.unlock();
    }
    return n;
  }

  private byte[] slabWithRoom() throws StoreException, InterruptedException {
    alive.check();
    if (length == slabs.size() * SLAB_BYTES) {
      slabs.add(budget.take(alive));
    }
    return slabs.getLast();
  }

  private void copied() {
    if (discarded) {
      discard();
    } else if (length >= fullBytes()) {
      seal(aligned());
    }
    budget.relieve();
  }

  private long fullBytes() {
    return Math.min(MAX_PART_BYTES, partBytes * (1 + (number - 1) / PARTS_OF_ONE_SIZE));
  }

  /** Bytes that could be sent now as a part that is not the last; 0 if too few. */
  int sendable() {
    return copying || aligned() < limits.minBytes() ? 0 : aligned();
  }

  private int aligned() {
    return length - length % limits.alignBytes();
  }

  void sealShort() {
    seal(sendable());
  }

  private void seal(int bytes) {
    sealed.accept(cut(bytes));
  }

  /** A part of the first bytes, all of them or whole slabs; it counts as being on its way. */
  private Part cut(int bytes) {
    List<byte[]> first =
        slabs.subList(0, bytes == length ? slabs.size() : UploadBudget.slabsFor(bytes));
    var part = new Part(number++, offset, bytes, List.copyOf(first));
    first.clear();
    length -= bytes;
    offset += bytes;
    budget.sealed(part);
    return part;
  }

  /** Nothing comes any more: seals all but a tail that the store's alignment does not let go. */
  void sealRest() {
    if (aligned() > 0) {
      seal(aligned());
    }
    int tailSlabs = slabs.size();
    budget.release(this, reservedSlabs - tailSlabs);
    reservedSlabs = tailSlabs;
  }

  /** Takes what was not sealed, possibly nothing. */
  Part takeTail() {
    release();
    return cut(length);
  }

  /** If no part was sealed, none will be, whoever wants the room: all of it is the tail. */
  boolean keepWhole() {
    boolean whole = number == 1;
    if (whole) {
      budget.release(this, 0);
    }
    return whole;
  }

  /** Gives everything back; what a thread copies to at the moment, when it is done with it. */
  void discard() {
    discarded = true;
    release();
    if (!copying) {
      budget.give(List.copyOf(slabs));
      slabs.clear();
      length = 0;
    }
  }

  private void release() {
    budget.release(this, reservedSlabs);
    reservedSlabs = 0;
  }
}
