package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.ServerTime.Zone;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Types of PostgreSQL by their names in {@code pg_type}, an array as its element with brackets
 * behind; a domain comes as its base type, and a type that is not the server's own with its schema.
 * Most are read as the server's own text, which is exact and has one format, whether the driver
 * transfers values in binary or not. A type that is not known here has a text, too, so that none is
 * unsupported.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype.html">Data Types</a>
 */
public final class PostgresTypes implements TypeTable {
  /**
   * What a session must be set to for the texts to be these. The client's encoding and
   * extra_float_digits are the driver's, which sets them to UTF8 and 3.
   */
  public static final List<String> SESSION =
      List.of(
          "set timezone = 'UTC'",
          "set datestyle = 'ISO'",
          "set intervalstyle = 'iso_8601'",
          "set bytea_output = 'hex'");

  /** Digits of a second where the column declares none. */
  private static final int SECOND_DIGITS = 6;

  private static final String ARRAY = "[]";

  @Override
  public ColumnPlan plan(Column column, String quoted, EncodeOptions options) {
    TextShape text = textShape(column.type(), column, options);
    ColumnPlan plan =
        switch (column.type()) {
          case "int2", "int4", "oid" -> JdbcShapes.integer().of(column, quoted);
          case "int8" -> JdbcShapes.longInteger(options.numbers()).of(column, quoted);
          case "bool" -> JdbcShapes.bool().of(column, quoted);
          case "bytea" -> JdbcShapes.binary().of(column, quoted);
          // Casting a bpchar to text would cut off its blanks.
          case "text", "varchar", "bpchar" -> text.column().of(column, quoted);
          default -> text.column().of(column, quoted + "::text");
        };
    return plan.withBinary(PostgresBinary.of(column, quoted, text, options));
  }

  private static TextShape textShape(String type, Column column, EncodeOptions options) {
    return type.endsWith(ARRAY)
        ? array(type.substring(0, type.length() - ARRAY.length()), column, options)
        : scalar(type, column, options);
  }

  private static TextShape scalar(String type, Column column, EncodeOptions options) {
    return switch (type) {
      case "int2", "int4", "oid" -> TextShape.integer();
      case "int8" -> longInteger(options);
      case "numeric" -> TextShape.decimal(ExactDecimal.of(column, options));
      case "float4", "float8" -> TextShape.floating();
      case "bool" -> bool();
      case "bytea" -> binary();
      case "date" -> ServerTime.date();
      case "time" -> ServerTime.time(secondDigits(column));
      case "timetz" -> ServerTime.timeWithOffset(secondDigits(column));
      case "timestamp" -> ServerTime.dateTime(secondDigits(column));
      case "timestamptz" -> ServerTime.instant(secondDigits(column), Zone.OFFSET);
      case "json", "jsonb" -> TextShape.json();
      default -> text(column, options);
    };
  }

  /** Declared dimensions bind nobody, and BigQuery's arrays hold no null: so JSON there. */
  private static TextShape array(String type, Column column, EncodeOptions options) {
    TextShape element = textShape(type, column, options);
    char delimiter = type.replace(ARRAY, "").equals("box") ? ';' : ',';
    return new TextShape(
        "array of " + element.encoding(),
        BigQueryType.JSON,
        counters -> new PostgresArray(element.encoder().apply(counters), delimiter));
  }

  private static TextShape text(Column column, EncodeOptions options) {
    return TextShape.string(column.name(), options);
  }

  private static TextShape longInteger(EncodeOptions options) {
    return options.numbers() == Numbers.NUMBER
        ? TextShape.integer()
        : new TextShape("decimal string", BigQueryType.INT64, counters -> TextShape::quoted);
  }

  private static TextShape bool() {
    return new TextShape(
        "boolean",
        BigQueryType.BOOL,
        counters -> (text, from, to, out) -> out.putAscii(text[from] == 't' ? "true" : "false"));
  }

  /** Only inside of arrays: alone, the driver unpacks it. */
  private static TextShape binary() {
    return new TextShape(
        "base64",
        BigQueryType.BYTES,
        counters ->
            (text, from, to, out) -> {
              var hex = new String(text, from + 2, to - from - 2, StandardCharsets.US_ASCII);
              BinaryWriter.write(HexFormat.of().parseHex(hex), out);
            });
  }

  static int secondDigits(Column column) {
    return column.scale() < 0 ? SECOND_DIGITS : column.scale();
  }
}
