package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Types of MariaDB and MySQL by {@code column_type} of the information schema; arguments may be
 * left out, {@code unsigned} not. What the driver would bend (zero dates, unsigned 64-bit numbers,
 * the digits of a FLOAT) is turned into text on the server.
 *
 * @see <a href="https://mariadb.com/kb/en/data-types/">Data Types</a>
 */
public final class MariaDbTypes implements TypeTable {
  /** What a session must be set to: a TIMESTAMP is shown in its zone. */
  public static final List<String> SESSION = List.of("set time_zone = '+00:00'");

  private static final Pattern ARGUMENTS = Pattern.compile("\\(.*\\)");
  private static final int UNSIGNED_LONG_DIGITS = 20;

  @Override
  public ColumnPlan plan(Column column, String quoted, EncodeOptions options)
      throws UnsupportedColumnException {
    String text = "cast(" + quoted + " as char)";
    int scale = Math.max(column.scale(), 0);
    return switch (plain(column.type())) {
      case "tinyint",
          "tinyint unsigned",
          "smallint",
          "smallint unsigned",
          "mediumint",
          "mediumint unsigned",
          "int",
          "int unsigned",
          "year" ->
          JdbcShapes.integer().of(column, quoted);
      case "bigint" -> JdbcShapes.longInteger(options.numbers()).of(column, quoted);
      case "bigint unsigned" ->
          decimal(ExactDecimal.of(UNSIGNED_LONG_DIGITS, 0, options)).of(column, text);
      case "decimal", "decimal unsigned" ->
          decimal(ExactDecimal.of(column, options)).of(column, text);
      // As text a FLOAT has six digits; as a DOUBLE it has all, and a product keeps the sign of -0.
      case "float", "float unsigned" -> float32().of(column, "(" + quoted + " * 1e0)");
      case "double", "double unsigned" -> JdbcShapes.float64().of(column, quoted);
      case "bit" ->
          string(column, options)
              .of(column, "lpad(bin(%s), %d, '0')".formatted(quoted, column.precision()));
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set" ->
          string(column, options).of(column, quoted);
      case "time", "uuid", "inet4", "inet6" -> string(column, options).of(column, text);
      case "json" -> TextShape.json().column().of(column, text);
      case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
          JdbcShapes.binary().of(column, quoted);
      case "date" -> ServerTime.date().column().of(column, text);
      case "datetime" -> ServerTime.dateTime(scale).column().of(column, text);
      case "timestamp" -> ServerTime.instant(scale, ServerTime.Zone.UTC).column().of(column, text);
      case "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geometrycollection",
          "geomcollection" ->
          string(column, options).of(column, "st_astext(" + quoted + ")");
      default -> Shape.unsupported(column, options, text);
    };
  }

  /** {@code int(10) unsigned zerofill} is {@code int unsigned}. */
  private static String plain(String type) {
    return ARGUMENTS
        .matcher(type.toLowerCase(Locale.ROOT))
        .replaceFirst("")
        .replace(" zerofill", "")
        .strip();
  }

  private static Shape string(Column column, EncodeOptions options) {
    return TextShape.string(column.name(), options).column();
  }

  /** Without the zeros in front that {@code zerofill} adds. */
  private static Shape decimal(ExactDecimal decimal) {
    TextShape filled = TextShape.decimal(decimal);
    return new TextShape(
            filled.encoding(),
            filled.bigQuery(),
            counters -> {
              BytesEncoder digits = filled.encoder().apply(counters);
              return (text, from, to, out) -> digits.put(text, firstDigit(text, from, to), to, out);
            })
        .column();
  }

  private static int firstDigit(byte[] text, int from, int to) {
    int first = from;
    while (first + 1 < to && text[first] == '0' && text[first + 1] >= '0') {
      first++;
    }
    return first;
  }

  private static Shape float32() {
    return Shape.plain(
        "number",
        BigQueryType.FLOAT64,
        (row, index, out) -> {
          double value = row.getDouble(index);
          if (value == 0 && row.wasNull()) {
            out.put(Shape.NULL);
          } else {
            NumberText.put((float) value, out);
          }
        });
  }
}
