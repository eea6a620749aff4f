package io.estat.etl.encode;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/**
 * Dates and times as ISO-8601 strings with exactly the digits of the second that the column
 * declares. Years outside of 0001 to 9999, which most readers refuse, get the sign of the expanded
 * form ({@code -0043-03-15} is 44 BC) and are counted. One thread.
 */
final class TimeText {
  private static final int[] NANOS_PER_DIGIT = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  private final int secondDigits;
  private final EncodeCounters counters;

  /**
   * @param secondDigits 0 to 9
   */
  TimeText(int secondDigits, EncodeCounters counters) {
    this.secondDigits = secondDigits;
    this.counters = counters;
  }

  void put(LocalDate date, LineBuffer out) {
    out.put('"');
    date(date.getYear(), date.getMonthValue(), date.getDayOfMonth(), out);
    out.put('"');
  }

  void put(LocalTime time, LineBuffer out) {
    out.put('"');
    time(time.getHour(), time.getMinute(), time.getSecond(), time.getNano(), out);
    out.put('"');
  }

  void put(OffsetTime time, LineBuffer out) {
    out.put('"');
    time(time.getHour(), time.getMinute(), time.getSecond(), time.getNano(), out);
    offset(time.getOffset(), out);
    out.put('"');
  }

  void put(LocalDateTime time, LineBuffer out) {
    out.put('"');
    dateTime(time, out);
    out.put('"');
  }

  void put(OffsetDateTime time, LineBuffer out) {
    out.put('"');
    dateTime(time.toLocalDateTime(), out);
    offset(time.getOffset(), out);
    out.put('"');
  }

  void dateTime(LocalDateTime time, LineBuffer out) {
    date(time.getYear(), time.getMonthValue(), time.getDayOfMonth(), out);
    out.put('T');
    time(time.getHour(), time.getMinute(), time.getSecond(), time.getNano(), out);
  }

  /**
   * @param year 0 is 1 BC
   */
  void date(int year, int month, int day, LineBuffer out) {
    if (year < 1 || year > 9999) {
      counters.outOfRange();
      out.putAscii(year < 0 ? "-" : year > 9999 ? "+" : "");
    }
    int shown = Math.abs(year);
    NumberText.putPadded(shown, shown > 9999 ? Integer.toString(shown).length() : 4, out);
    out.put('-');
    NumberText.putPadded(month, 2, out);
    out.put('-');
    NumberText.putPadded(day, 2, out);
  }

  void time(int hour, int minute, int second, int nanos, LineBuffer out) {
    NumberText.putPadded(hour, 2, out);
    out.put(':');
    NumberText.putPadded(minute, 2, out);
    out.put(':');
    NumberText.putPadded(second, 2, out);
    fraction(nanos, out);
  }

  void fraction(int nanos, LineBuffer out) {
    if (secondDigits > 0) {
      out.put('.');
      NumberText.putPadded(nanos / NANOS_PER_DIGIT[secondDigits], secondDigits, out);
    }
  }

  /** {@code +00:00} for UTC, so that a column's strings all look the same. */
  static void offset(ZoneOffset offset, LineBuffer out) {
    int seconds = offset.getTotalSeconds();
    int shown = Math.abs(seconds);
    out.put(seconds < 0 ? '-' : '+');
    NumberText.putPadded(shown / 3600, 2, out);
    out.put(':');
    NumberText.putPadded(shown / 60 % 60, 2, out);
    if (shown % 60 != 0) { // local mean time, before there were zones
      out.put(':');
      NumberText.putPadded(shown % 60, 2, out);
    }
  }
}
