package io.estat.testkit;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectContent;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Content whose stream breaks, or ends, before all the announced bytes came. */
public final class FailingContent implements ObjectContent {
  /** What the stream does at its limit. */
  public enum End {
    THROWS,
    ENDS_EARLY
  }

  private final ByteContent whole;
  private final long limitBytes;
  private final End end;

  public FailingContent(byte[] whole, long limitBytes, End end) {
    this.whole = new ByteContent(whole);
    this.limitBytes = limitBytes;
    this.end = end;
  }

  @Override
  public long length() {
    return whole.length();
  }

  @Override
  public int crc32() {
    return whole.crc32();
  }

  @Override
  public InputStream open() {
    return new FilterInputStream(whole.open()) {
      private long left = limitBytes;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
          if (end == End.THROWS) {
            throw new IOException("the content breaks off after " + limitBytes + " bytes");
          }
          return -1;
        }
        int n = super.read(bytes, offset, (int) Math.min(length, left));
        left -= Math.max(n, 0);
        return n;
      }
    };
  }
}
