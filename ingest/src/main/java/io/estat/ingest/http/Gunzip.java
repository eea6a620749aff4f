package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks a request body under the same limit as a plain one: a bomb costs no more than that. */
final class Gunzip {
  private Gunzip() {}

  /**
   * The most that gzip can make of a body of {@code limit} bytes (stored blocks, header, trailer):
   * a longer packed body cannot be within the limit.
   */
  static int packedLimit(int limit) {
    return limit + limit / 1000 + 512;
  }

  /**
   * The unpacked bytes, or null if there are more than {@code limit}.
   *
   * @throws IOException if this is not gzip, or is cut off
   */
  static @Nullable ByteBuf unpack(ByteBuf packed, int limit) throws IOException {
    try (var in = new GZIPInputStream(new ByteBufInputStream(packed))) {
      byte[] bytes = in.readNBytes(limit + 1);
      return bytes.length > limit ? null : Unpooled.wrappedBuffer(bytes);
    }
  }
}
