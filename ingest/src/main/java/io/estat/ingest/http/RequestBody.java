package io.estat.ingest.http;

import io.estat.ingest.batch.Budget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a body that did not arrive in one piece. They count against the server's budget as
 * long as they are held.
 */
final class RequestBody {
  private final Budget budget;
  private @Nullable CompositeByteBuf parts;

  RequestBody(Budget budget) {
    this.budget = budget;
  }

  int length() {
    return parts == null ? 0 : parts.readableBytes();
  }

  /** Keeps a part, or returns false when there is no room for it. */
  boolean add(ByteBuf part) {
    int length = part.readableBytes();
    if (!budget.tryTakeBody(length)) {
      return false;
    }
    if (parts == null) {
      parts = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    }
    parts.addComponent(true, part.retain());
    return true;
  }

  /** The whole, valid until {@link #clear()}. */
  ByteBuf whole() {
    return parts == null ? Unpooled.EMPTY_BUFFER : parts;
  }

  void clear() {
    if (parts != null) {
      budget.giveBackBody(parts.writerIndex());
      parts.release();
      parts = null;
    }
  }
}
