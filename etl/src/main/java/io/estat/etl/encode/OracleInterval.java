package io.estat.etl.encode;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Oracle's intervals from their bytes: fields plus an offset, as {@code oracle.sql.INTERVALDS} and
 * {@code INTERVALYM} of the driver read them. One thread.
 */
final class OracleInterval {
  private static final int SMALL_OFFSET = 60;

  /** An offset of 2 to the 31 is a flipped sign. */
  private static final int SIGN = 0x80000000;

  private final DurationText text;

  OracleInterval(int secondDigits, EncodeCounters counters) {
    text = new DurationText(secondDigits, counters);
  }

  void putDaysToSeconds(byte[] interval, LineBuffer out) {
    var fields = ByteBuffer.wrap(interval);
    text.put(
        Duration.ofDays(fields.getInt() ^ SIGN)
            .plusHours(fields.get() - SMALL_OFFSET)
            .plusMinutes(fields.get() - SMALL_OFFSET)
            .plusSeconds(fields.get() - SMALL_OFFSET)
            .plusNanos(fields.getInt() ^ SIGN),
        out);
  }

  static void putYearsToMonths(byte[] interval, LineBuffer out) {
    var fields = ByteBuffer.wrap(interval);
    long years = fields.getInt() ^ SIGN;
    DurationText.putMonths(years * 12 + fields.get() - SMALL_OFFSET, out);
  }
}
