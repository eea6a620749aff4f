package io.estat.etl.encode;

/**
 * Oracle's NUMBER, from its bytes to plain decimal notation without an object in between. One
 * thread.
 *
 * <p>The first byte is sign and exponent, each further one two decimal digits plus 1; of a negative
 * number all are complemented and 102 ends them. Source: Oracle Call Interface Developer's Guide,
 * "Data Types", VARNUM.
 */
final class OracleNumber {
  private static final int POSITIVE = 0x80;
  private static final int EXPONENT_BIAS = 65;
  private static final int END_OF_NEGATIVE = 102;

  /** Longest: 1e-130 with 40 digits, and its sign. */
  private static final int MAX_LENGTH = 256;

  private final boolean quoted;
  private final EncodeCounters counters;

  OracleNumber(boolean quoted, EncodeCounters counters) {
    this.quoted = quoted;
    this.counters = counters;
  }

  void put(byte[] number, LineBuffer out) {
    if (infinite(number)) {
      counters.outOfRange();
      out.putAscii(number[0] == 0 ? "\"-Infinity\"" : "\"Infinity\"");
    } else if (quoted) {
      out.put('"');
      decimal(number, out);
      out.put('"');
    } else {
      decimal(number, out);
    }
  }

  private static boolean infinite(byte[] number) {
    return number.length == 1
        ? number[0] == 0
        : number.length == 2 && number[0] == (byte) 0xFF && number[1] == 101;
  }

  private static void decimal(byte[] number, LineBuffer out) {
    if (number.length == 1) {
      out.put('0');
      return;
    }
    boolean negative = (number[0] & POSITIVE) == 0;
    int exponent = ((negative ? ~number[0] : number[0]) & 0x7F) - EXPONENT_BIAS;
    int pairs = number.length - 1;
    if (negative && number[pairs] == END_OF_NEGATIVE) {
      pairs--;
    }
    byte[] bytes = out.room(MAX_LENGTH);
    int at = out.length();
    if (negative) {
      bytes[at++] = '-';
    }
    int first = at;
    int whole = exponent + 1;
    for (int i = 0; i < whole; i++) {
      at = pair(i < pairs ? digits(number[i + 1], negative) : 0, bytes, at);
    }
    if (at == first) {
      bytes[at++] = '0';
    } else if (bytes[first] == '0') { // at most one: a number's first pair is not zero
      System.arraycopy(bytes, first + 1, bytes, first, at - first - 1);
      at--;
    }
    if (pairs > whole) {
      bytes[at++] = '.';
      for (int i = whole; i < pairs; i++) {
        at = pair(i < 0 ? 0 : digits(number[i + 1], negative), bytes, at);
      }
      if (bytes[at - 1] == '0') {
        at--;
      }
    }
    out.length(at);
  }

  private static int digits(byte pair, boolean negative) {
    return negative ? 101 - pair : pair - 1;
  }

  private static int pair(int digits, byte[] bytes, int at) {
    bytes[at] = (byte) ('0' + digits / 10);
    bytes[at + 1] = (byte) ('0' + digits % 10);
    return at + 2;
  }
}
