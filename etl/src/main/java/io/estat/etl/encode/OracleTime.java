package io.estat.etl.encode;

import java.nio.ByteBuffer;
import java.time.Year;

/**
 * Oracle's DATE and TIMESTAMP from their bytes, so that neither a zone of the JVM nor a calendar of
 * Java comes in between: the fields are the ones that the database shows. One thread.
 *
 * <p>Century and year plus 100, month, day, then hour, minute and second plus 1 (Oracle Call
 * Interface Developer's Guide, "Data Types", DATE); a TIMESTAMP adds nanoseconds as {@code
 * oracle.sql.TIMESTAMP} of the driver reads them, unless they are 0.
 */
final class OracleTime {
  private static final int DATE_LENGTH = 7;

  private final TimeText text;
  private final EncodeCounters counters;

  OracleTime(int secondDigits, EncodeCounters counters) {
    this.text = new TimeText(secondDigits, counters);
    this.counters = counters;
  }

  void put(byte[] time, LineBuffer out) {
    out.put('"');
    fields(time, out);
    out.put('"');
  }

  /** Without the quotes. */
  void fields(byte[] time, LineBuffer out) {
    int year = year(time);
    if (time[2] == 2 && time[3] == 29 && year >= 1 && !Year.isLeap(year)) {
      counters.outOfRange(); // until 1582 the database's calendar is the Julian one
    }
    text.date(year, time[2], time[3], out);
    out.put('T');
    text.time(time[4] - 1, time[5] - 1, time[6] - 1, nanos(time), out);
  }

  /** ISO-8601 has a year 0, which is 1 BC; the database has not. */
  static int year(byte[] time) {
    int year = ((time[0] & 0xFF) - 100) * 100 + (time[1] & 0xFF) - 100;
    return year < 0 ? year + 1 : year;
  }

  static int nanos(byte[] time) {
    return time.length == DATE_LENGTH ? 0 : ByteBuffer.wrap(time).getInt(DATE_LENGTH);
  }
}
