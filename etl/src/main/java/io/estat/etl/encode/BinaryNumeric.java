package io.estat.etl.encode;

/**
 * Writes a {@code numeric} of PostgreSQL from its binary format, four 16-bit words and digits to
 * the base of 10,000, as the server's text would have it: plain notation, all digits of its scale.
 *
 * @see <a
 *     href="https://github.com/postgres/postgres/blob/REL_15_0/src/backend/utils/adt/numeric.c">
 *     numeric_send, get_str_from_var</a>
 */
final class BinaryNumeric implements BytesEncoder {
  private static final int GROUP_DIGITS = 4;
  private static final int HEADER_BYTES = 8;

  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xC000;
  private static final int POSITIVE_INFINITY = 0xD000;
  private static final int NEGATIVE_INFINITY = 0xF000;

  private final boolean quoted;
  private final EncodeCounters counters;

  BinaryNumeric(boolean quoted, EncodeCounters counters) {
    this.quoted = quoted;
    this.counters = counters;
  }

  @Override
  public void put(byte[] bytes, int from, int to, LineBuffer out) {
    int sign = BigEndian.uint16(bytes, from + 4);
    switch (sign) {
      case NAN -> putOutOfRange("\"NaN\"", out);
      case POSITIVE_INFINITY -> putOutOfRange("\"Infinity\"", out);
      case NEGATIVE_INFINITY -> putOutOfRange("\"-Infinity\"", out);
      default -> putDigits(bytes, from, sign == NEGATIVE, out);
    }
  }

  private void putOutOfRange(String text, LineBuffer out) {
    counters.outOfRange();
    out.putAscii(text);
  }

  private void putDigits(byte[] bytes, int from, boolean negative, LineBuffer out) {
    int groups = BigEndian.uint16(bytes, from);
    int weight = BigEndian.int16(bytes, from + 2);
    int scale = BigEndian.uint16(bytes, from + 6);
    byte[] dst = out.room((Math.max(weight, 0) + 2L) * GROUP_DIGITS + scale + 2 * GROUP_DIGITS);
    int at = out.length();
    if (quoted) {
      dst[at++] = '"';
    }
    if (negative) {
      dst[at++] = '-';
    }
    if (weight < 0) {
      dst[at++] = '0';
    } else {
      at = NumberText.put(group(bytes, from, 0, groups), dst, at);
      for (int i = 1; i <= weight; i++) {
        at = NumberText.four(group(bytes, from, i, groups), dst, at);
      }
    }
    if (scale > 0) {
      dst[at++] = '.';
      int end = at + scale;
      for (int i = weight + 1; at < end; i++) {
        at = NumberText.four(group(bytes, from, i, groups), dst, at);
      }
      at = end; // the last group may reach beyond the scale
    }
    if (quoted) {
      dst[at++] = '"';
    }
    out.length(at);
  }

  /** Zeros in front and behind are not sent. */
  private static int group(byte[] bytes, int from, int index, int groups) {
    return index < 0 || index >= groups
        ? 0
        : BigEndian.uint16(bytes, from + HEADER_BYTES + 2 * index);
  }
}
