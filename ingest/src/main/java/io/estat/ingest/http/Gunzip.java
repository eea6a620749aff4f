package io.estat.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a request body under the same limit as a plain one: a bomb costs no more than that. The
 * whole body must be gzip (RFC 1952), one or several members: unlike the JDK's stream this does not
 * take a broken second member, or anything else behind the first, for the end.
 */
final class Gunzip {
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;

  // Flags, RFC 1952, 2.3.1.
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final ByteBuffer packed;
  private final ByteBuf unpacked;
  private final int limit;

  private Gunzip(ByteBuffer packed, int limit) {
    this.packed = packed;
    this.limit = limit;
    int guess = (int) Math.min(limit + 1L, Math.max(256L, 4L * packed.remaining()));
    this.unpacked = Unpooled.buffer(guess, limit + 1);
  }

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
   * @throws IOException if this is not gzip, is cut off, or is damaged
   */
  static @Nullable ByteBuf unpack(ByteBuf packed, int limit) throws IOException {
    var gunzip = new Gunzip(packed.nioBuffer().order(ByteOrder.LITTLE_ENDIAN), limit);
    var inflater = new Inflater(true);
    try {
      return gunzip.all(inflater) ? gunzip.unpacked : null;
    } catch (BufferUnderflowException e) {
      throw new ZipException("gzip data ends too early");
    } catch (DataFormatException e) {
      throw new ZipException("no deflate data: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  /** Returns false when there is more than the limit. */
  private boolean all(Inflater inflater) throws ZipException, DataFormatException {
    do {
      header();
      int start = unpacked.writerIndex();
      inflater.reset();
      inflater.setInput(packed);
      if (!inflate(inflater)) {
        return false;
      }
      trailer(start);
    } while (packed.hasRemaining());
    return true;
  }

  private void header() throws ZipException {
    if ((packed.getShort() & 0xffff) != MAGIC || packed.get() != DEFLATE) {
      throw new ZipException("no gzip header");
    }
    int flags = packed.get() & 0xff;
    if ((flags & RESERVED) != 0) {
      throw new ZipException("reserved gzip flags");
    }
    skip(6); // time, extra flags, operating system
    if ((flags & EXTRA) != 0) {
      skip(packed.getShort() & 0xffff);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2); // what it protects is not used
    }
  }

  private void skip(int bytes) {
    if (bytes > packed.remaining()) {
      throw new BufferUnderflowException();
    }
    packed.position(packed.position() + bytes);
  }

  private void skipText() {
    while (packed.get() != 0) {}
  }

  private boolean inflate(Inflater inflater) throws DataFormatException {
    while (!inflater.finished()) {
      unpacked.ensureWritable(1);
      int at = unpacked.writerIndex();
      int made = inflater.inflate(unpacked.array(), at, unpacked.writableBytes());
      unpacked.writerIndex(at + made);
      if (at + made > limit) {
        return false;
      }
      if (made == 0 && !inflater.finished()) {
        throw new BufferUnderflowException();
      }
    }
    return true;
  }

  private void trailer(int start) throws ZipException {
    var crc = new CRC32();
    int length = unpacked.writerIndex() - start;
    crc.update(unpacked.array(), start, length);
    if (packed.getInt() != (int) crc.getValue() || packed.getInt() != length) {
      throw new ZipException("gzip checksum or length does not fit");
    }
  }
}
