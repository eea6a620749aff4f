package io.estat.etl.encode;

import java.sql.ResultSet;
import java.util.function.Function;

/**
 * A shape made from the text that the database itself writes for a value, as bytes: nothing is
 * parsed by the driver, and an element of an array is written like a value of its own.
 */
record TextShape(
    String encoding, BigQueryType bigQuery, Function<EncodeCounters, BytesEncoder> encoder) {

  /** Of a column whose expression gives text. */
  Shape column() {
    return Shape.of(
        encoding,
        bigQuery,
        ResultSet::getBytes,
        counters -> {
          BytesEncoder text = encoder.apply(counters);
          return (value, out) -> text.put(value, 0, value.length, out);
        });
  }

  /** Of a column whose bytes are text on the binary way, too. */
  BinaryColumn binary(String expression) {
    return new BinaryColumn(expression, encoder);
  }

  static TextShape string(String column, EncodeOptions options) {
    return new TextShape(
        "string",
        BigQueryType.STRING,
        counters -> new TextWriter(column, options, counters)::write);
  }

  /** Integers that are exact in a reader's double. */
  static TextShape integer() {
    return new TextShape("number", BigQueryType.INT64, counters -> TextShape::bare);
  }

  static TextShape decimal(ExactDecimal decimal) {
    return new TextShape(
        decimal.encoding(),
        decimal.bigQuery(),
        counters ->
            (text, from, to, out) -> {
              boolean finite = endsWithDigit(text, to);
              if (!finite) {
                counters.outOfRange();
              }
              if (finite && !decimal.quoted()) {
                bare(text, from, to, out);
              } else {
                quoted(text, from, to, out);
              }
            });
  }

  /** In the shortest text that reads back; what is not a number is quoted. */
  static TextShape floating() {
    return new TextShape(
        "number",
        BigQueryType.FLOAT64,
        counters ->
            (text, from, to, out) -> {
              if (endsWithDigit(text, to)) {
                bare(text, from, to, out);
              } else { // NaN, Infinity, -Infinity
                quoted(text, from, to, out);
              }
            });
  }

  static TextShape json() {
    return new TextShape("json", BigQueryType.JSON, counters -> JsonValue::put);
  }

  static void bare(byte[] ascii, int from, int to, LineBuffer out) {
    System.arraycopy(ascii, from, out.room(to - from), out.length(), to - from);
    out.length(out.length() + to - from);
  }

  static void quoted(byte[] ascii, int from, int to, LineBuffer out) {
    out.put('"');
    bare(ascii, from, to, out);
    out.put('"');
  }

  private static boolean endsWithDigit(byte[] text, int to) {
    return text[to - 1] <= '9';
  }
}
