package io.estat.etl.encode;

/**
 * A value of a JSON column, embedded as the database keeps it: every digit, every key. Line breaks,
 * which valid JSON has only between its tokens, become spaces, so that the line stays one.
 */
final class JsonValue {
  private JsonValue() {}

  static void put(byte[] json, int from, int to, LineBuffer out) {
    byte[] dst = out.room(to - from);
    int at = out.length();
    for (int i = from; i < to; i++) {
      byte b = json[i];
      dst[at++] = b == '\n' || b == '\r' ? (byte) ' ' : b;
    }
    out.length(at);
  }

  static void put(byte[] json, LineBuffer out) {
    put(json, 0, json.length, out);
  }
}
