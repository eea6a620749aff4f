package io.estat.ingest.batch;

import io.estat.storage.ObjectContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes in slabs as the content of an object. The slabs belong to somebody else, who keeps them as
 * long as this is read.
 *
 * @param length bytes written to the slabs
 * @param crc32 CRC-32 of those bytes
 */
public record BatchContent(List<Slab> slabs, long length, int crc32) implements ObjectContent {
  @Override
  public InputStream open() {
    return new SlabStream(slabs);
  }

  private static final class SlabStream extends InputStream {
    private final List<Slab> slabs;
    private int next;
    private ByteBuffer current = ByteBuffer.allocate(0);

    SlabStream(List<Slab> slabs) {
      this.slabs = slabs;
    }

    private boolean atEnd() {
      while (!current.hasRemaining() && next < slabs.size()) {
        current = slabs.get(next++).written();
      }
      return !current.hasRemaining();
    }

    @Override
    public int read() {
      return atEnd() ? -1 : current.get() & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (atEnd()) {
        return -1;
      }
      int count = Math.min(length, current.remaining());
      current.get(into, offset, count);
      return count;
    }
  }
}
