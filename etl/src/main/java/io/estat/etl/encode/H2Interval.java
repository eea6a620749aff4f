package io.estat.etl.encode;

import java.util.Arrays;
import java.util.List;

/**
 * Intervals of H2 from the literal that is their text: {@code INTERVAL '-1 02:03:04.5' DAY TO
 * SECOND}. Their first field has up to 18 digits, for which {@code java.time} has no room. One
 * thread.
 */
final class H2Interval {
  private static final int YEAR = 0;
  private static final int MONTH = 1;
  private static final int DAY = 2;
  private static final int HOUR = 3;
  private static final int MINUTE = 4;
  private static final int SECOND = 5;
  private static final List<String> FIELDS =
      List.of("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND");
  private static final int NANO_DIGITS = 9;

  private final DurationText duration;
  private final long[] fields = new long[FIELDS.size()];

  H2Interval(int secondDigits, EncodeCounters counters) {
    duration = new DurationText(secondDigits, counters);
  }

  void put(String literal, LineBuffer out) {
    int open = literal.indexOf('\'');
    int close = literal.indexOf('\'', open + 1);
    boolean negative = literal.charAt(open + 1) == '-';
    String first = literal.substring(close + 2).split(" ", 2)[0];
    int nanos = read(literal.substring(open + (negative ? 2 : 1), close), FIELDS.indexOf(first));
    carry(SECOND, 60);
    carry(MINUTE, 60);
    carry(HOUR, 24);
    if (first.equals("YEAR") || first.equals("MONTH")) {
      carry(MONTH, 12);
      DurationText.put(negative, fields[YEAR], fields[MONTH], out);
    } else {
      duration.put(negative, fields[DAY], fields[HOUR], fields[MINUTE], fields[SECOND], nanos, out);
    }
  }

  /** Returns the nanoseconds. */
  private int read(String text, int first) {
    Arrays.fill(fields, 0);
    int nanos = 0;
    int field = first;
    for (int from = 0, i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (c == '.') {
        String fraction = text.substring(i + 1);
        nanos = Integer.parseInt(fraction + "0".repeat(NANO_DIGITS - fraction.length()));
      }
      if (c < '0' || c > '9') {
        fields[field++] = Long.parseLong(text, from, i, 10);
        from = i + 1;
      }
      if (c == '.') {
        break;
      }
    }
    return nanos;
  }

  private void carry(int field, int size) {
    fields[field - 1] += fields[field] / size;
    fields[field] %= size;
  }
}
