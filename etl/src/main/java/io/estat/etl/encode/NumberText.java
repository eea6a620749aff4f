package io.estat.etl.encode;

import java.math.BigDecimal;

/** Numbers as JSON. */
final class NumberText {
  /** Digits up to which every integer is exact in a reader's double. */
  static final int EXACT_DIGITS = 15;

  /** {@code -9223372036854775808}. */
  private static final int LONGEST_LONG = 20;

  private NumberText() {}

  static void put(long value, LineBuffer out) {
    byte[] bytes = out.room(LONGEST_LONG);
    int at = out.length();
    if (value < 0) {
      bytes[at++] = '-';
    }
    int end = at;
    // Counts down from zero on the negative side, where the smallest long has room.
    long rest = value < 0 ? value : -value;
    do {
      bytes[end++] = (byte) ('0' - rest % 10);
      rest /= 10;
    } while (rest != 0);
    out.length(end);
    for (int left = at, right = end - 1; left < right; left++, right--) {
      byte swapped = bytes[left];
      bytes[left] = bytes[right];
      bytes[right] = swapped;
    }
  }

  static void putQuoted(long value, LineBuffer out) {
    out.put('"');
    put(value, out);
    out.put('"');
  }

  /** Exactly {@code width} digits, zeros in front. */
  static void putPadded(int value, int width, LineBuffer out) {
    byte[] bytes = out.room(width);
    int at = out.length();
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    out.length(at + width);
  }

  /** All digits, no exponent. */
  static void put(BigDecimal value, LineBuffer out) {
    out.putAscii(value.toPlainString());
  }

  static void putQuoted(BigDecimal value, LineBuffer out) {
    out.put('"');
    put(value, out);
    out.put('"');
  }

  /** The shortest text that reads back as the same double; what is not a number is quoted. */
  static void put(double value, LineBuffer out) {
    putFloating(Double.isFinite(value), Double.toString(value), out);
  }

  /** The shortest text that reads back as the same float. */
  static void put(float value, LineBuffer out) {
    putFloating(Float.isFinite(value), Float.toString(value), out);
  }

  private static void putFloating(boolean finite, String text, LineBuffer out) {
    if (finite) {
      out.putAscii(text);
    } else { // NaN, Infinity, -Infinity
      out.put('"');
      out.putAscii(text);
      out.put('"');
    }
  }
}
