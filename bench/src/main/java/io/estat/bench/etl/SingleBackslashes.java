package io.estat.bench.etl;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Takes back what PostgreSQL's COPY does to JSON: every backslash comes twice. */
final class SingleBackslashes extends FilterInputStream {
  private boolean second;

  SingleBackslashes(InputStream in) {
    super(in);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    int kept = offset;
    for (int i = offset; i < offset + count; i++) {
      if (second) {
        second = false; // of a pair
      } else {
        second = bytes[i] == '\\';
        bytes[kept++] = bytes[i];
      }
    }
    return count < 0 ? count : Math.max(kept - offset, 0);
  }
}
