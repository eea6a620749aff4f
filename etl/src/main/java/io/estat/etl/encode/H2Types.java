package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.time.OffsetTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Types of H2, by the names of its information schema and by those that its Oracle mode takes.
 *
 * @see <a href="https://h2database.com/html/datatypes.html">Data Types</a>
 */
public final class H2Types implements TypeTable {
  /** What TIMESTAMP without precision keeps. */
  private static final int TIMESTAMP_DIGITS = 6;

  @Override
  public ColumnPlan plan(Column column, String quoted, EncodeOptions options)
      throws UnsupportedColumnException {
    Shape shape = shape(column, options);
    return shape == null ? Shape.unsupported(column, options, quoted) : shape.of(column, quoted);
  }

  /** Of an array's elements; those without a shape are the database's text. */
  static Shape element(Column element, EncodeOptions options) {
    Shape shape = shape(element, options);
    return shape == null ? JdbcShapes.text(element.name(), options) : shape;
  }

  private static @Nullable Shape shape(Column column, EncodeOptions options) {
    String type = column.type().toUpperCase(Locale.ROOT);
    return switch (type) {
      case "TINYINT", "SMALLINT", "INTEGER", "INT" -> JdbcShapes.integer();
      case "BIGINT" -> JdbcShapes.longInteger(options.numbers());
      case "NUMERIC", "DECIMAL", "NUMBER" -> JdbcShapes.decimal(ExactDecimal.of(column, options));
      case "DECFLOAT" -> decfloat(options);
      case "REAL", "BINARY_FLOAT" -> JdbcShapes.float32();
      case "DOUBLE PRECISION", "DOUBLE", "FLOAT", "BINARY_DOUBLE" -> JdbcShapes.float64();
      case "BOOLEAN" -> JdbcShapes.bool();
      case "CHARACTER",
          "CHAR",
          "NCHAR",
          "CHARACTER VARYING",
          "VARCHAR",
          "VARCHAR2",
          "NVARCHAR2",
          "VARCHAR_IGNORECASE",
          "ENUM",
          "UUID",
          "GEOMETRY" ->
          JdbcShapes.text(column.name(), options);
      case "CHARACTER LARGE OBJECT", "CLOB", "NCLOB" -> JdbcShapes.longText(column.name(), options);
      case "BINARY", "BINARY VARYING", "VARBINARY", "RAW" -> JdbcShapes.binary();
      case "BINARY LARGE OBJECT", "BLOB" -> JdbcShapes.longBinary();
      case "DATE" -> JdbcShapes.date();
      case "TIME" -> JdbcShapes.time(declared(column.scale(), 0));
      case "TIME WITH TIME ZONE" -> timeWithZone(declared(column.scale(), 0));
      case "TIMESTAMP" -> JdbcShapes.dateTime(declared(column.scale(), TIMESTAMP_DIGITS));
      case "TIMESTAMP WITH TIME ZONE" ->
          JdbcShapes.offsetDateTime(declared(column.scale(), TIMESTAMP_DIGITS));
      case "JSON" -> json();
      case "ARRAY" -> array(column, options);
      default -> {
        if (type.startsWith("INTERVAL ")) {
          yield interval(declared(column.scale(), TIMESTAMP_DIGITS));
        }
        // As elements of an array are called.
        yield type.endsWith(" ARRAY") ? array(column, options) : null;
      }
    };
  }

  private static Shape decfloat(EncodeOptions options) {
    ExactDecimal decimal = ExactDecimal.undeclared(options);
    return Shape.of(
        decimal.encoding(),
        decimal.bigQuery(),
        ResultSet::getString,
        counters ->
            (text, out) -> {
              if (text.equals("NaN") || text.endsWith("Infinity")) {
                counters.outOfRange();
                out.putAscii('"' + text + '"');
              } else if (decimal.quoted()) {
                NumberText.putQuoted(new BigDecimal(text), out);
              } else {
                NumberText.put(new BigDecimal(text), out);
              }
            });
  }

  private static Shape timeWithZone(int secondDigits) {
    return Shape.of(
        "time with offset",
        BigQueryType.STRING,
        (row, index) -> row.getObject(index, OffsetTime.class),
        counters -> new TimeText(secondDigits, counters)::put);
  }

  private static Shape interval(int secondDigits) {
    return Shape.of(
        "duration",
        BigQueryType.STRING,
        ResultSet::getString,
        counters -> new H2Interval(secondDigits, counters)::put);
  }

  private static Shape json() {
    return Shape.of("json", BigQueryType.JSON, ResultSet::getBytes, counters -> JsonValue::put);
  }

  private static Shape array(Column column, EncodeOptions options) {
    return Shape.of(
        "array",
        BigQueryType.JSON,
        ResultSet::getArray,
        counters -> new H2Array(column.name(), options, counters)::put);
  }

  private static int declared(int digits, int otherwise) {
    return digits < 0 ? otherwise : digits;
  }
}
