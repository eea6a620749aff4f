package io.estat.ingest.http;

import io.estat.ingest.batch.Budget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a body that did not arrive in one piece, copied together: a part kept as it came
 * would hold the whole buffer that it was read into, and a client that sends byte by byte would
 * hold a thousand times what it sent. What is held counts against the server's budget.
 */
final class RequestBody {
  private static final int FIRST_BYTES = 1024;

  private final Budget budget;
  private @Nullable ByteBuf bytes;

  RequestBody(Budget budget) {
    this.budget = budget;
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
    ByteBuf larger = Unpooled.buffer(capacity);
    if (bytes != null) {
      larger.writeBytes(bytes);
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
      bytes = null; // on the heap: nothing to release
    }
  }
}
