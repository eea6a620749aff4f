package io.estat.jsonl;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Says whether bytes are exactly one JSON value in strict UTF-8, as of RFC 8259 and with nothing
 * beyond it: no comment, no byte order mark, no NaN, no leading zero. Free of allocation; one
 * thread at a time. Deeper than {@link #MAX_DEPTH} counts as not JSON: that bounds the stack.
 */
final class JsonSyntax {
  static final int MAX_DEPTH = 500;

  private static final byte[] TRUE = "true".getBytes(US_ASCII);
  private static final byte[] FALSE = "false".getBytes(US_ASCII);
  private static final byte[] NULL = "null".getBytes(US_ASCII);

  private byte[] bytes = {};
  private int at;
  private int end;

  boolean isValue(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
    return value(0) && at == end;
  }

  /** A value and the space on both sides of it. */
  private boolean value(int depth) {
    skipSpace();
    boolean valid =
        switch (peek()) {
          case '{' -> depth < MAX_DEPTH && object(depth + 1);
          case '[' -> depth < MAX_DEPTH && array(depth + 1);
          case '"' -> string();
          case 't' -> word(TRUE);
          case 'f' -> word(FALSE);
          case 'n' -> word(NULL);
          default -> number();
        };
    skipSpace();
    return valid;
  }

  private boolean object(int depth) {
    at++;
    skipSpace();
    if (take('}')) {
      return true;
    }
    do {
      skipSpace();
      if (peek() != '"' || !string()) {
        return false;
      }
      skipSpace();
      if (!take(':') || !value(depth)) {
        return false;
      }
    } while (take(','));
    return take('}');
  }

  private boolean array(int depth) {
    at++;
    skipSpace();
    if (take(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
    } while (take(','));
    return take(']');
  }

  private boolean string() {
    at++;
    while (at < end) {
      if (end - at >= Long.BYTES) {
        int plain = PlainRun.length((long) PlainRun.EIGHT.get(bytes, at));
        at += plain;
        if (plain == Long.BYTES) {
          continue;
        }
      }
      byte b = bytes[at];
      if (b == '"') {
        at++;
        return true;
      }
      int length = b < 0 ? Utf8.sequenceLength(bytes, at, end) : b == '\\' ? escapeLength() : 1;
      if (length < 0 || (b >= 0 && b < ' ')) {
        return false;
      }
      at += length;
    }
    return false;
  }

  /** Length of the escape whose backslash is here; -1 if there is no such escape. */
  private int escapeLength() {
    if (end - at < 2) {
      return -1;
    }
    return switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
      case 'u' -> {
        boolean hex = end - at >= 6;
        for (int i = at + 2; hex && i < at + 6; i++) {
          hex = Character.digit(bytes[i], 16) >= 0;
        }
        yield hex ? 6 : -1;
      }
      default -> -1;
    };
  }

  private boolean number() {
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      return digits();
    }
    return true;
  }

  private boolean digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > from;
  }

  private boolean word(byte[] word) {
    for (byte letter : word) {
      if (!take(letter)) {
        return false;
      }
    }
    return true;
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') {
      at++;
    }
  }

  private boolean take(int wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  /** The byte here; at the end and for non-ASCII something below zero. */
  private int peek() {
    return at < end ? bytes[at] : Integer.MIN_VALUE;
  }
}
