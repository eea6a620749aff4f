package io.estat.ingest.dlq;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip members (RFC 1952) and believes nothing: the stream must end with a member's
 * trailer, each member's CRC and length must hold, and nothing may follow. Whatever is wrong is a
 * {@link ZipException}, after all bytes that came out before it were given; other exceptions are
 * the disk's. (The platform's own stream takes garbage after a member for the end.)
 */
final class StrictGunzip implements AutoCloseable {
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] input = new byte[64 * 1024];
  private int position;
  private int limit;
  private boolean inMember;
  private boolean begun;

  StrictGunzip(InputStream in) {
    this.in = in;
  }

  /** Bytes into {@code out}, at least one, or -1 at the end of an intact stream. */
  int read(byte[] out) throws IOException {
    while (true) {
      if (!inMember) {
        if (begun && !fill()) {
          return -1;
        }
        header();
      }
      int got = inflated(out);
      if (got > 0) {
        return got;
      }
      if (inflater.finished()) {
        trailer();
      } else if (!fill()) {
        throw new ZipException("the file ends in the middle of a gzip member");
      }
    }
  }

  private int inflated(byte[] out) throws ZipException {
    try {
      if (inflater.needsInput()) {
        inflater.setInput(input, position, limit - position);
      }
      int before = inflater.getRemaining();
      int got = inflater.inflate(out);
      position += before - inflater.getRemaining();
      crc.update(out, 0, got);
      if (inflater.needsDictionary()) {
        throw new ZipException("gzip with a dictionary");
      }
      return got;
    } catch (DataFormatException e) {
      throw new ZipException("damaged deflate data: " + e.getMessage());
    }
  }

  private void header() throws IOException {
    begun = true;
    if (next() != 0x1f || next() != 0x8b || next() != 8) {
      throw new ZipException("no gzip header where one should be");
    }
    int flags = next();
    skip(6);
    if ((flags & FLAG_EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    crc.reset();
    inMember = true;
  }

  private void trailer() throws IOException {
    if (little32() != (int) crc.getValue()) {
      throw new ZipException("the gzip trailer's CRC differs from the data's");
    }
    if (little32() != (int) inflater.getBytesWritten()) {
      throw new ZipException("the gzip trailer's length differs from the data's");
    }
    inMember = false;
  }

  private int little32() throws IOException {
    return next() | next() << 8 | next() << 16 | next() << 24;
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // The name is nothing to us.
    }
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  private int next() throws IOException {
    if (!fill()) {
      throw new ZipException("the file ends in a gzip header or trailer");
    }
    return input[position++] & 0xff;
  }

  /** Whether there is a byte of input. */
  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(input));
    }
    return position < limit;
  }

  /** Frees the native memory; the stream is its owner's. */
  @Override
  public void close() {
    inflater.end();
  }
}
