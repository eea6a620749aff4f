package io.estat.etl.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;

/** Numbers as JSON. */
final class NumberText {
  /** Digits up to which every integer is exact in a reader's double. */
  static final int EXACT_DIGITS = 15;

  /** {@code -9223372036854775808}. */
  private static final int LONGEST_LONG = 20;

  private static final int MOST_DIGITS = 19;

  private static final VarHandle PAIR =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The third and the sixth of eight characters, the first one in the low byte. */
  private static final long COLONS = ((long) ':' << 16) | ((long) ':' << 40);

  /** The ASCII digits of 00 to 99, the first one in the low byte. */
  private static final short[] PAIRS = pairs();

  /** The smallest magnitudes of one digit more than their index, negative. */
  private static final long[] POWERS = powers();

  private NumberText() {}

  private static long[] powers() {
    var powers = new long[MOST_DIGITS];
    long power = -1;
    for (int i = 1; i < powers.length; i++) {
      power *= 10;
      powers[i] = power;
    }
    return powers;
  }

  private static short[] pairs() {
    var pairs = new short[100];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (short) (('0' + i / 10) | (('0' + i % 10) << 8));
    }
    return pairs;
  }

  static void put(long value, LineBuffer out) {
    byte[] bytes = out.room(LONGEST_LONG);
    out.length(put(value, bytes, out.length()));
  }

  /** Into an array with room; returns where the digits end. */
  static int put(long value, byte[] dst, int from) {
    int at = from;
    // Counts down from zero on the negative side, where the smallest long has room.
    long rest = value;
    if (value < 0) {
      dst[at++] = '-';
    } else {
      rest = -value;
    }
    int end = at + digits(rest);
    int p = end;
    while (rest <= -100) {
      long hundreds = rest / 100;
      p = pair((int) (hundreds * 100 - rest), dst, p - 2) - 2;
      rest = hundreds;
    }
    if (rest <= -10) {
      pair((int) -rest, dst, p - 2);
    } else {
      dst[p - 1] = (byte) ('0' - rest);
    }
    return end;
  }

  /** Two digits of a value below 100. */
  static int pair(int value, byte[] dst, int at) {
    PAIR.set(dst, at, PAIRS[value]);
    return at + 2;
  }

  /** {@code 23:59:59}: values below 100 with colons between them. */
  static void threePairs(int first, int second, int third, byte[] dst, int at) {
    EIGHT.set(
        dst,
        at,
        PAIRS[first] | ((long) PAIRS[second] << 24) | ((long) PAIRS[third] << 48) | COLONS);
  }

  /** Four digits of a value below 10,000. */
  static int four(int value, byte[] dst, int at) {
    int hundreds = value / 100;
    pair(hundreds, dst, at);
    return pair(value - hundreds * 100, dst, at + 2);
  }

  /** By the bits of the value, of which 1233 / 4096 are digits, and one comparison. */
  private static int digits(long negative) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(-negative | 1);
    int least = (bits * 1233) >>> 12;
    return (least == MOST_DIGITS || negative > POWERS[least]) ? least : least + 1;
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
    int scale = value.scale();
    if (scale >= 0 && scale < MOST_DIGITS && value.precision() < MOST_DIGITS) {
      putScaled(value.unscaledValue().longValue(), scale, out);
    } else {
      out.putAscii(value.toPlainString());
    }
  }

  /** With so many digits behind the point, without a String; below 19 digits. */
  private static void putScaled(long unscaled, int scale, LineBuffer out) {
    if (scale == 0) {
      put(unscaled, out);
      return;
    }
    byte[] bytes = out.room(LONGEST_LONG + 2L);
    int at = out.length();
    if (unscaled < 0) {
      bytes[at++] = '-';
    }
    long magnitude = Math.abs(unscaled);
    long whole = magnitude / -POWERS[scale];
    at = put(whole, bytes, at);
    bytes[at] = '.';
    long fraction = magnitude + whole * POWERS[scale];
    for (int i = at + scale; i > at; i--) {
      long tenth = fraction / 10;
      bytes[i] = (byte) ('0' + (fraction - tenth * 10));
      fraction = tenth;
    }
    out.length(at + scale + 1);
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
