package io.estat.etl.encode;

import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.jsonl.JsonText;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLDataException;
import java.sql.SQLException;

/**
 * Writes text of one column as JSON strings, in pieces: beside the line it needs the same memory
 * for any length. Text that is not valid Unicode is replaced and counted, or fails. One thread.
 */
final class TextWriter {
  /** SQL's character not in repertoire. */
  private static final String BAD_TEXT = "22021";

  private static final int PIECE_CHARS = 4096;
  private static final int MAX_BYTES_PER_CHAR = 3;

  /** Room for the longest escapes is needed for so many bytes only, however long the text is. */
  private static final int PIECE_BYTES = 1 << 16;

  private static final int MAX_BYTES_PER_CHARACTER = 4;
  private static final char REPLACEMENT = '\uFFFD';

  private final String column;
  private final BadText onBadText;
  private final EncodeCounters counters;
  private final char[] chars = new char[PIECE_CHARS];
  private final byte[] utf8 = new byte[(PIECE_CHARS + 1) * MAX_BYTES_PER_CHAR];

  /** The high surrogate that ended the last piece, or 0. */
  private char high;

  private boolean bad;

  TextWriter(String column, EncodeOptions options, EncodeCounters counters) {
    this.column = column;
    this.onBadText = options.onBadText();
    this.counters = counters;
  }

  void write(String text, LineBuffer out) throws SQLException {
    begin(out);
    for (int from = 0; from < text.length(); from += PIECE_CHARS) {
      int to = Math.min(text.length(), from + PIECE_CHARS);
      text.getChars(from, to, chars, 0);
      piece(to - from, out);
    }
    end(out);
  }

  /** Reads to the end and closes. */
  void write(Reader text, LineBuffer out) throws SQLException {
    begin(out);
    try (text) {
      for (int count = text.read(chars); count >= 0; count = text.read(chars)) {
        piece(count, out);
      }
    } catch (IOException e) {
      throw asSql(e);
    }
    end(out);
  }

  /** Bytes that should be UTF-8, as they came from the server. */
  void write(byte[] text, int from, int to, LineBuffer out) throws SQLException {
    int start = out.length();
    if (to - from <= PIECE_BYTES
        ? isCopied(text, from, to, out)
        : isCopiedInPieces(text, from, to, out)) {
      return;
    }
    out.length(start);
    write(new String(text, from, to - from, StandardCharsets.UTF_8), out);
    foundBadText();
  }

  private static boolean isCopied(byte[] text, int from, int to, LineBuffer out) {
    int start = out.length();
    byte[] dst = out.room((to - from) * (long) JsonText.MAX_ESCAPED_BYTES_PER_BYTE + 2);
    dst[start] = '"';
    int end = JsonText.escapeUtf8(text, from, to, dst, start + 1);
    if (end < 0) {
      return false;
    }
    dst[end] = '"';
    out.length(end + 1);
    return true;
  }

  private static boolean isCopiedInPieces(byte[] text, int from, int to, LineBuffer out) {
    out.put('"');
    for (int i = from; i < to; ) {
      int end = pieceEnd(text, i, to);
      byte[] dst = out.room((end - i) * (long) JsonText.MAX_ESCAPED_BYTES_PER_BYTE);
      int written = JsonText.escapeUtf8(text, i, end, dst, out.length());
      if (written < 0) {
        return false;
      }
      out.length(written);
      i = end;
    }
    out.put('"');
    return true;
  }

  /** Where a piece that begins at {@code from} ends: before a character, never within one. */
  private static int pieceEnd(byte[] text, int from, int to) {
    if (to - from <= PIECE_BYTES) {
      return to;
    }
    int end = from + PIECE_BYTES;
    while (end > from + PIECE_BYTES - MAX_BYTES_PER_CHARACTER && (text[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }

  /** What the driver says when a stream breaks is an {@code SQLException}, wrapped. */
  static SQLException asSql(IOException failure) {
    return failure.getCause() instanceof SQLException cause
        ? cause
        : new SQLException("reading a long value failed: " + failure.getMessage(), failure);
  }

  private void begin(LineBuffer out) {
    high = 0;
    bad = false;
    out.put('"');
  }

  private void end(LineBuffer out) throws SQLException {
    if (high != 0) {
      high = 0;
      bad = true;
      chars[0] = REPLACEMENT;
      piece(1, out);
    }
    out.put('"');
    if (bad) {
      foundBadText();
    }
  }

  private void piece(int count, LineBuffer out) {
    int length = high == 0 ? ascii(count) : 0;
    length = length == count ? length : utf8(length, count);
    byte[] dst = out.room(length * (long) JsonText.MAX_ESCAPED_BYTES_PER_BYTE);
    out.length(JsonText.escapeUtf8(utf8, 0, length, dst, out.length()));
  }

  /** Copies ASCII; how many came before something else. */
  private int ascii(int count) {
    char[] from = chars;
    byte[] to = utf8;
    int i = 0;
    while (i < count && from[i] < 0x80) {
      to[i] = (byte) from[i];
      i++;
    }
    return i;
  }

  private int utf8(int from, int count) {
    int p = from;
    for (int i = from; i < count; i++) {
      char c = chars[i];
      if (high != 0) {
        if (Character.isLowSurrogate(c)) {
          p = put(Character.toCodePoint(high, c), p);
          high = 0;
          continue;
        }
        high = 0;
        bad = true;
        p = put(REPLACEMENT, p);
      }
      if (Character.isHighSurrogate(c)) {
        high = c;
      } else if (Character.isLowSurrogate(c)) {
        bad = true;
        p = put(REPLACEMENT, p);
      } else {
        p = put(c, p);
      }
    }
    return p;
  }

  private int put(int codePoint, int at) {
    int p = at;
    if (codePoint < 0x80) {
      utf8[p++] = (byte) codePoint;
      return p;
    }
    if (codePoint < 0x800) {
      utf8[p++] = (byte) (0xC0 | codePoint >>> 6);
    } else {
      if (codePoint < 0x10000) {
        utf8[p++] = (byte) (0xE0 | codePoint >>> 12);
      } else {
        utf8[p++] = (byte) (0xF0 | codePoint >>> 18);
        utf8[p++] = (byte) (0x80 | ((codePoint >>> 12) & 0x3F));
      }
      utf8[p++] = (byte) (0x80 | ((codePoint >>> 6) & 0x3F));
    }
    utf8[p++] = (byte) (0x80 | (codePoint & 0x3F));
    return p;
  }

  private void foundBadText() throws SQLException {
    if (onBadText == BadText.FAIL) {
      throw new SQLDataException(
          ("column %s holds text that is not valid Unicode; correct it, or set on_bad_text: replace"
                  + " to land U+FFFD in its place")
              .formatted(column),
          BAD_TEXT);
    }
    counters.replacedText();
  }
}
