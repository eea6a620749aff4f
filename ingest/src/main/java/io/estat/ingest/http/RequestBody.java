package io.estat.ingest.http;

import io.estat.ingest.batch.Budget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a body that did not arrive in one piece, copied together: a part kept as it came
 * would hold the whole buffer that it was read into, and a client that sends byte by byte would
 * hold a thousand times what it sent. Off-heap, like the batches, and counted against the same
 * budget: the heap is small and must not depend on how many clients are slow.
 */
final class RequestBody {
  private static final int FIRST_BYTES = 1024;

  private final Budget budget;
  private final ByteBufAllocator memory;
  private @Nullable ByteBuf bytes;

  RequestBody(Budget budget, ByteBufAllocator memory) {
    this.budget = budget;
    this.memory = memory;
  }

  int length() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  /** Keeps a copy of a part, or returns false when there is no room for it. */
  boolean add(ByteBuf part) {
    ByteBuf kept = withRoomFor(part.readableBytes());
    if (kept == null) {
      return false;
    }
    kept.writeBytes(part, part.readerIndex(), part.readableBytes());
    return true;
  }

  private @Nullable ByteBuf withRoomFor(int more) {
    int held = bytes == null ? 0 : bytes.capacity();
    int needed = length() + more;
    if (bytes != null && needed <= held) {
      return bytes;
    }
    int capacity = Math.max(needed, Math.max(FIRST_BYTES, 2 * held));
    if (!budget.tryTakeBody(capacity - held)) {
      return null;
    }
    ByteBuf larger = null;
    try {
      larger = memory.directBuffer(capacity, capacity);
    } finally {
      if (larger == null) { // Netty's own bound of its memory is an Error
        budget.giveBackBody(capacity - held);
      }
    }
    if (bytes != null) {
      larger.writeBytes(bytes);
      bytes.release();
    }
    bytes = larger;
    return larger;
  }

  /** The whole, valid until {@link #clear()}. */
  ByteBuf whole() {
    return bytes == null ? Unpooled.EMPTY_BUFFER : bytes;
  }

  void clear() {
    if (bytes != null) {
      budget.giveBackBody(bytes.capacity());
      bytes.release();
      bytes = null;
    }
  }
}
