package io.estat.storage.gcs;

import com.google.cloud.ReadChannel;
import io.estat.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Function;

/** An object's bytes. One thread. */
final class GcsStream extends InputStream {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final ReadChannel channel;
  private final Function<Exception, StoreException> failure;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

  GcsStream(ReadChannel channel, Function<Exception, StoreException> failure) {
    this.channel = channel;
    this.failure = failure;
    channel.setChunkSize(BUFFER_BYTES);
  }

  /** Reads the first bytes; the channel asks the store only now. */
  GcsStream begin() throws IOException {
    fill();
    return this;
  }

  private boolean fill() throws IOException {
    buffer.clear();
    try {
      return channel.read(buffer) >= 0;
    } catch (IOException | RuntimeException e) {
      throw failure.apply(e);
    } finally {
      buffer.flip();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    while (!buffer.hasRemaining() && length > 0) {
      if (!fill()) {
        return -1;
      }
    }
    int n = Math.min(length, buffer.remaining());
    buffer.get(bytes, offset, n);
    return n;
  }

  @Override
  public void close() {
    channel.close();
  }
}
