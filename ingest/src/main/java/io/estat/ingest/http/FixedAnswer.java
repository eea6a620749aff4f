package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one answer, written again and again: the buffers over them are used anew once they
 * are written, so that an answer costs no object. Owned by one event loop.
 */
final class FixedAnswer {
  /**
   * Written at once, mostly; more wait only for clients that are slow to read, or that pipeline.
   */
  private static final int BUFFERS = 16;

  private final ByteBuffer bytes;
  private final @Nullable ByteBuf[] buffers = new ByteBuf[BUFFERS];
  private int next;

  FixedAnswer(String latin1) {
    byte[] text = latin1.getBytes(StandardCharsets.ISO_8859_1);
    this.bytes = ByteBuffer.allocateDirect(text.length).put(text).flip();
  }

  /** A buffer with all the bytes, to be released once. */
  ByteBuf buffer() {
    int at = next;
    next = (at + 1) % BUFFERS;
    ByteBuf buffer = buffers[at];
    if (buffer == null) {
      buffer = over();
      buffers[at] = buffer;
    } else if (buffer.refCnt() > 1) {
      return over(); // that one is still to be written
    }
    return buffer.setIndex(0, bytes.limit()).retain();
  }

  /** Memory of the JDK, which takes it back when nobody refers to it. */
  private ByteBuf over() {
    return Unpooled.wrappedBuffer(bytes.duplicate());
  }
}
