package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The plain twin of {@link JsonText}: the JDK's decoder, then character by character. */
final class PlainJsonText {
  private PlainJsonText() {}

  static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)); // reports what is malformed
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  static byte @Nullable [] escapeUtf8(byte[] bytes) {
    return isUtf8(bytes) ? escape(new String(bytes, UTF_8)) : null;
  }

  static byte[] escapeLatin1(byte[] bytes) {
    return escape(new String(bytes, ISO_8859_1));
  }

  /** Byte by byte, as one would write it first; only for the comparison of speed. */
  static int escapeByteByByte(byte[] src, int from, int to, byte[] dst, int pos) {
    int p = pos;
    for (int i = from; i < to; i++) {
      byte b = src[i];
      if (b < 0) {
        int length = Utf8.sequenceLength(src, i, to);
        if (length < 0) {
          return -1;
        }
        System.arraycopy(src, i, dst, p, length);
        p += length;
        i += length - 1;
      } else if (b == '"' || b == '\\') {
        dst[p++] = '\\';
        dst[p++] = b;
      } else if (b >= ' ') {
        dst[p++] = b;
      } else {
        byte[] escaped = escape(Character.toString(b));
        System.arraycopy(escaped, 0, dst, p, escaped.length);
        p += escaped.length;
      }
    }
    return p;
  }

  private static byte[] escape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return out.toString().getBytes(UTF_8);
  }

  static byte[] trimmed(byte[] dst, int from, int to) {
    return Arrays.copyOfRange(dst, from, to);
  }
}
