package io.estat.ingest.dlq;

import io.estat.jsonl.JsonLineCheck;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/**
 * What reading a whole file showed. Read as a stream: memory is bounded by the longest line, at
 * most {@value #MAX_LINE_BYTES} bytes; a longer one counts as broken.
 *
 * @param intact gzip whole to its trailer, at least one line, and every line JSON
 * @param problem why not; empty if intact
 * @param readable lines that are JSON
 * @param broken lines that are not
 * @param rawBytes unpacked, whatever it was
 * @param rawCrc32 of that
 * @param firstTs of the first readable line, -1 if it does not say
 * @param lastTs of the last
 * @param gzipBytes of the file
 * @param gzipCrc32 of the file
 */
record FileCheck(
    boolean intact,
    String problem,
    long readable,
    long broken,
    long rawBytes,
    int rawCrc32,
    long firstTs,
    long lastTs,
    long gzipBytes,
    int gzipCrc32) {
  /**
   * Above the longest event line: a body of 1 MiB and 96 KiB of headers and query, every byte
   * escaped to six, and 16 KiB for the rest, are under 7 MiB.
   */
  static final int MAX_LINE_BYTES = 8 * 1024 * 1024;

  /** Lines for which there is a sign in the file. */
  long lines() {
    return readable + broken;
  }

  /**
   * Reads {@code in} to its end.
   *
   * @param readable gets each line that is JSON, with a newline
   * @throws IOException of the disk, or of {@code readable}; never for what the file holds
   */
  static FileCheck of(InputStream in, OutputStream readable) throws IOException {
    Counted file = new Counted(in);
    GoodLines good = new GoodLines(readable);
    JsonLineCheck lines = new JsonLineCheck(MAX_LINE_BYTES, good);
    CRC32 rawCrc = new CRC32();
    long rawBytes = 0;
    String problem = "";
    byte[] block = new byte[64 * 1024];
    try (StrictGunzip gunzip = new StrictGunzip(file)) {
      for (int got = gunzip.read(block); got > 0; got = gunzip.read(block)) {
        rawCrc.update(block, 0, got);
        rawBytes += got;
        lines.accept(block, 0, got);
      }
    } catch (ZipException corrupt) {
      problem = String.valueOf(corrupt.getMessage());
    }
    JsonLineCheck.Result found = lines.finish();
    if (problem.isEmpty() && !found.allGood()) {
      problem = found.badLines() + " lines are not JSON, " + found.goodLines() + " are";
    } else if (problem.isEmpty() && found.goodLines() == 0) {
      problem = "there is no line in it";
    }
    return new FileCheck(
        problem.isEmpty(),
        problem,
        found.goodLines(),
        found.badLines(),
        rawBytes,
        (int) rawCrc.getValue(),
        good.firstTs,
        good.lastTs,
        file.toTheEnd(block),
        (int) file.crc.getValue());
  }

  private static final class Counted extends FilterInputStream {
    private final CRC32 crc = new CRC32();
    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int got = in.read(to, offset, length);
      if (got > 0) {
        crc.update(to, offset, got);
        bytes += got;
      }
      return got;
    }

    /** What follows the damage belongs to the file, too. Returns its length. */
    long toTheEnd(byte[] block) throws IOException {
      while (read(block, 0, block.length) >= 0) {
        // Counting is all.
      }
      return bytes;
    }
  }

  /** Passes the good lines on, with their newlines, and looks at their times. */
  private static final class GoodLines implements JsonLineCheck.LineSink {
    private static final byte[] TS = {'{', '"', 't', 's', '"', ':'};
    private static final int MAX_TS_DIGITS = 15;

    private final OutputStream out;
    private long firstTs = -1;
    private long lastTs = -1;

    GoodLines(OutputStream out) {
      this.out = out;
    }

    @Override
    public void line(byte[] bytes, int offset, int length, boolean good) throws IOException {
      if (!good) {
        return;
      }
      out.write(bytes, offset, length);
      out.write('\n');
      long ts = ts(bytes, offset, length);
      if (ts >= 0) {
        lastTs = ts;
        firstTs = firstTs < 0 ? ts : firstTs;
      }
    }

    /** Epoch seconds of an event line, -1 if it is another kind of JSON. */
    private static long ts(byte[] bytes, int offset, int length) {
      int from = offset + TS.length;
      if (length < TS.length || !Arrays.equals(bytes, offset, from, TS, 0, TS.length)) {
        return -1;
      }
      int to = Math.min(offset + length, from + MAX_TS_DIGITS);
      long seconds = 0;
      int at = from;
      for (; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
        seconds = seconds * 10 + bytes[at] - '0';
      }
      return at == from ? -1 : seconds;
    }
  }
}
