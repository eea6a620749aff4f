package io.estat.jsonl;

import java.nio.charset.StandardCharsets;

/**
 * JSON text (RFC 8259) over bytes: static and free of allocation. The caller owns the bounds:
 * {@code 0 <= from <= to <= src.length}, and {@code dst} has room behind {@code pos} for the
 * longest possible output (see each method). {@code src} and {@code dst} are different arrays.
 */
public final class JsonText {
  /** Longest output per input byte of {@link #escapeUtf8} and {@link #escapeLatin1}. */
  public static final int MAX_ESCAPED_BYTES_PER_BYTE = 6;

  /** For each ASCII byte: 0 stands for itself, 'u' becomes a unicode escape, else the letter. */
  private static final byte[] ESCAPE = escapes();

  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] BASE64 =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  private JsonText() {}

  /**
   * Appends {@code src} as the inside of a JSON string, without the quotes. Quote, backslash and
   * U+0000 to U+001F are escaped, everything else stays byte for byte. At most six bytes a byte,
   * and nothing behind the output is touched.
   *
   * @return the new position in {@code dst}, or -1 when {@code src} is not strict UTF-8 (RFC 3629);
   *     {@code dst} behind {@code pos} is then undefined
   */
  public static int escapeUtf8(byte[] src, int from, int to, byte[] dst, int pos) {
    int i = from;
    int p = pos;
    while (i < to) {
      if (to - i >= Long.BYTES) {
        // Always stores all eight: what is not plain is written over by what follows.
        long eight = (long) PlainRun.EIGHT.get(src, i);
        PlainRun.EIGHT.set(dst, p, eight);
        int plain = PlainRun.length(eight);
        i += plain;
        p += plain;
        if (plain == Long.BYTES) {
          continue;
        }
      } else if (to - from >= Long.BYTES) {
        // The end together with what came before it: plain, it stands in dst as it is in src.
        long eight = (long) PlainRun.EIGHT.get(src, to - Long.BYTES);
        if (PlainRun.length(eight) == Long.BYTES) {
          PlainRun.EIGHT.set(dst, p + (to - i) - Long.BYTES, eight);
          return p + (to - i);
        }
      }
      if (src[i] >= 0) {
        p = escapeAscii(src[i++], dst, p);
      } else {
        do { // text beyond ASCII comes in runs, which eight bytes at once would only slow down
          int length = Utf8.sequenceLength(src, i, to);
          if (length < 0) {
            return -1;
          }
          dst[p] = src[i];
          dst[p + 1] = src[i + 1];
          for (int more = 2; more < length; more++) {
            dst[p + more] = src[i + more];
          }
          i += length;
          p += length;
        } while (i < to && src[i] < 0);
      }
    }
    return p;
  }

  /**
   * Appends each byte as the character U+0000 to U+00FF of the same number, in UTF-8, escaped like
   * {@link #escapeUtf8}. At most six bytes a byte.
   *
   * @return the new position in {@code dst}
   */
  public static int escapeLatin1(byte[] src, int from, int to, byte[] dst, int pos) {
    int p = pos;
    for (int i = from; i < to; i++) {
      int b = src[i];
      if (b >= 0) {
        p = escapeAscii(b, dst, p);
      } else {
        dst[p++] = (byte) (0xC0 | ((b & 0xFF) >>> 6));
        dst[p++] = (byte) (0x80 | (b & 0x3F));
      }
    }
    return p;
  }

  /**
   * Appends standard base64 with padding (RFC 4648, section 4): four bytes for three, rounded up.
   *
   * @return the new position in {@code dst}
   */
  public static int base64(byte[] src, int from, int to, byte[] dst, int pos) {
    int p = pos;
    for (int i = from; i < to; i += 3) {
      int left = to - i;
      int bits =
          (src[i] & 0xFF) << 16
              | (left > 1 ? (src[i + 1] & 0xFF) << 8 : 0)
              | (left > 2 ? src[i + 2] & 0xFF : 0);
      dst[p++] = BASE64[bits >>> 18];
      dst[p++] = BASE64[bits >>> 12 & 0x3F];
      dst[p++] = left > 1 ? BASE64[bits >>> 6 & 0x3F] : (byte) '=';
      dst[p++] = left > 2 ? BASE64[bits & 0x3F] : (byte) '=';
    }
    return p;
  }

  private static int escapeAscii(int b, byte[] dst, int pos) {
    int p = pos;
    byte escape = ESCAPE[b];
    if (escape == 0) {
      dst[p++] = (byte) b;
      return p;
    }
    dst[p++] = '\\';
    dst[p++] = escape;
    if (escape == 'u') {
      dst[p++] = '0';
      dst[p++] = '0';
      dst[p++] = HEX[b >>> 4];
      dst[p++] = HEX[b & 0xF];
    }
    return p;
  }

  private static byte[] escapes() {
    byte[] table = new byte[128];
    for (int control = 0; control < ' '; control++) {
      table[control] = 'u';
    }
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
