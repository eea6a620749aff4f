package io.estat.ingest.batch;

import java.nio.ByteBuffer;

/**
 * A piece of off-heap memory that lines are written to. Owned by one batch at a time; a {@link
 * Budget} hands it out and takes it back. Not thread-safe.
 */
public final class Slab {
  /** A multiple of the page size, and small enough that a barely filled batch wastes little. */
  public static final int BYTES = 64 * 1024;

  private final ByteBuffer memory = ByteBuffer.allocateDirect(BYTES);

  /** Copies as much as fits and returns how much that was. */
  public int append(byte[] bytes, int offset, int length) {
    int fits = Math.min(length, memory.remaining());
    memory.put(bytes, offset, fits);
    return fits;
  }

  /** What was written, as a view of its own. */
  public ByteBuffer written() {
    return memory.duplicate().flip();
  }

  /** A part of it, as a view of its own. */
  ByteBuffer view(int from, int to) {
    return memory.duplicate().limit(to).position(from);
  }

  /** Forgets what was written behind the first so many bytes. */
  void cut(int length) {
    memory.position(length);
  }

  void clear() {
    memory.clear();
  }
}
