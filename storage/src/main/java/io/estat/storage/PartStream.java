package io.estat.storage;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** The bytes of some buffers, one after the other. */
final class PartStream extends InputStream {
  private final List<ByteBuffer> buffers;
  private int at;

  PartStream(List<ByteBuffer> buffers) {
    this.buffers = buffers;
  }

  @Override
  public int read() {
    return skipRead() ? buffers.get(at).get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!skipRead()) {
      return -1;
    }
    int n = Math.min(length, buffers.get(at).remaining());
    buffers.get(at).get(bytes, offset, n);
    return n;
  }

  @Override
  public int available() {
    return skipRead() ? buffers.get(at).remaining() : 0;
  }

  /** Whether there is a byte to be read, in the buffer {@code at}. */
  private boolean skipRead() {
    while (at < buffers.size() && !buffers.get(at).hasRemaining()) {
      at++;
    }
    return at < buffers.size();
  }
}
