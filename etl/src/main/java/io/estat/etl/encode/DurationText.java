package io.estat.etl.encode;

import java.time.Duration;
import java.time.Period;

/**
 * Intervals as ISO-8601 durations. The minus of a negative one stands in front of all, as in XML
 * Schema: {@code -P1DT2H3M4.5S}. One thread.
 */
final class DurationText {
  private final TimeText seconds;

  DurationText(int secondDigits, EncodeCounters counters) {
    seconds = new TimeText(secondDigits, counters);
  }

  static void put(Period period, LineBuffer out) {
    putMonths(period.toTotalMonths(), out);
  }

  static void putMonths(long months, LineBuffer out) {
    begin(months < 0, out);
    NumberText.put(Math.abs(months) / 12, out);
    out.put('Y');
    NumberText.put(Math.abs(months) % 12, out);
    out.putAscii("M\"");
  }

  void put(Duration duration, LineBuffer out) {
    Duration shown = duration.abs();
    begin(duration.isNegative(), out);
    NumberText.put(shown.toDays(), out);
    out.putAscii("DT");
    NumberText.put(shown.toHoursPart(), out);
    out.put('H');
    NumberText.put(shown.toMinutesPart(), out);
    out.put('M');
    NumberText.put(shown.toSecondsPart(), out);
    seconds.fraction(shown.toNanosPart(), out);
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
