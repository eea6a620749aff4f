package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import java.nio.charset.StandardCharsets;

/**
 * Columns of PostgreSQL read in the server's binary format, which spares both sides the text of
 * numbers and times. What has no writer here is selected as the server's text, whose bytes are the
 * same in both formats.
 */
final class PostgresBinary {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int UUID_CHARS = 36;

  private PostgresBinary() {}

  /**
   * @param quoted the column's name as SQL
   * @param text of the column's text, whatever its type
   */
  static BinaryColumn of(Column column, String quoted, TextShape text, EncodeOptions options) {
    int secondDigits = PostgresTypes.secondDigits(column);
    return switch (column.type()) {
      case "int2" -> plain(quoted, PostgresBinary::int2);
      case "int4" -> plain(quoted, PostgresBinary::int4);
      case "oid" -> plain(quoted, PostgresBinary::oid);
      case "int8" ->
          plain(
              quoted,
              options.numbers() == Numbers.NUMBER
                  ? PostgresBinary::int8
                  : PostgresBinary::int8Quoted);
      case "bool" -> plain(quoted, PostgresBinary::bool);
      case "uuid" -> plain(quoted, PostgresBinary::uuid);
      case "bytea" -> plain(quoted, BinaryWriter::write);
      case "jsonb" -> plain(quoted, PostgresBinary::jsonb);
      case "json", "text", "varchar", "bpchar" -> text.binary(quoted);
      case "numeric" -> {
        boolean asText = ExactDecimal.of(column, options).quoted();
        yield new BinaryColumn(quoted, counters -> new BinaryNumeric(asText, counters));
      }
      case "date" -> new BinaryColumn(quoted, BinaryTime::date);
      case "time" -> new BinaryColumn(quoted, counters -> BinaryTime.time(secondDigits, counters));
      case "timetz" ->
          new BinaryColumn(quoted, counters -> BinaryTime.timeWithOffset(secondDigits, counters));
      case "timestamp" ->
          new BinaryColumn(quoted, counters -> BinaryTime.dateTime(secondDigits, counters));
      case "timestamptz" ->
          new BinaryColumn(quoted, counters -> BinaryTime.instant(secondDigits, counters));
      default -> text.binary(quoted + "::text");
    };
  }

  private static BinaryColumn plain(String expression, BytesEncoder encoder) {
    return new BinaryColumn(expression, counters -> encoder);
  }

  private static void int2(byte[] bytes, int from, int to, LineBuffer out) {
    NumberText.put(BigEndian.int16(bytes, from), out);
  }

  private static void int4(byte[] bytes, int from, int to, LineBuffer out) {
    NumberText.put(BigEndian.int32(bytes, from), out);
  }

  private static void oid(byte[] bytes, int from, int to, LineBuffer out) {
    NumberText.put(Integer.toUnsignedLong(BigEndian.int32(bytes, from)), out);
  }

  private static void int8(byte[] bytes, int from, int to, LineBuffer out) {
    NumberText.put(BigEndian.int64(bytes, from), out);
  }

  private static void int8Quoted(byte[] bytes, int from, int to, LineBuffer out) {
    NumberText.putQuoted(BigEndian.int64(bytes, from), out);
  }

  private static void bool(byte[] bytes, int from, int to, LineBuffer out) {
    out.putAscii(bytes[from] == 0 ? "false" : "true");
  }

  /** Its first byte is the version of the format: 1, the text. */
  private static void jsonb(byte[] bytes, int from, int to, LineBuffer out) {
    JsonValue.put(bytes, from + 1, to, out);
  }

  private static void uuid(byte[] bytes, int from, int to, LineBuffer out) {
    byte[] dst = out.room(UUID_CHARS + 2);
    int at = out.length();
    dst[at++] = '"';
    for (int i = from; i < to; i++) {
      int group = i - from;
      if (group == 4 || group == 6 || group == 8 || group == 10) {
        dst[at++] = '-';
      }
      dst[at++] = HEX[(bytes[i] >>> 4) & 0xF];
      dst[at++] = HEX[bytes[i] & 0xF];
    }
    dst[at++] = '"';
    out.length(at);
  }
}
