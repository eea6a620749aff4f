package io.estat.etl.encode;

import java.time.Duration;

/**
 * Intervals as ISO-8601 durations. The minus of a negative one stands in front of all, as in XML
 * Schema: {@code -P1DT2H3M4.5S}. One thread.
 */
final class DurationText {
  private final TimeText seconds;

  DurationText(int secondDigits, EncodeCounters counters) {
    seconds = new TimeText(secondDigits, counters);
  }

  static void putMonths(long months, LineBuffer out) {
    put(months < 0, Math.abs(months) / 12, Math.abs(months) % 12, out);
  }

  static void put(boolean negative, long years, long months, LineBuffer out) {
    begin(negative, out);
    NumberText.put(years, out);
    out.put('Y');
    NumberText.put(months, out);
    out.putAscii("M\"");
  }

  void put(Duration duration, LineBuffer out) {
    Duration shown = duration.abs();
    put(
        duration.isNegative(),
        shown.toDays(),
        shown.toHoursPart(),
        shown.toMinutesPart(),
        shown.toSecondsPart(),
        shown.toNanosPart(),
        out);
  }

  void put(
      boolean negative,
      long days,
      long hours,
      long minutes,
      long wholeSeconds,
      int nanos,
      LineBuffer out) {
    begin(negative, out);
    NumberText.put(days, out);
    out.putAscii("DT");
    NumberText.put(hours, out);
    out.put('H');
    NumberText.put(minutes, out);
    out.put('M');
    NumberText.put(wholeSeconds, out);
    seconds.fraction(nanos, out);
    out.putAscii("S\"");
  }

  private static void begin(boolean negative, LineBuffer out) {
    out.put('"');
    if (negative) {
      out.put('-');
    }
    out.put('P');
  }
}
