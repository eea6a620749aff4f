package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Types of Oracle Database by {@code data_type} of its catalog; arguments may be left out. Numbers
 * and times are read as the bytes that the database sends.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html">Data
 *     Types</a>
 */
public final class OracleTypes implements TypeTable {
  /** What a session must be set to: TIMESTAMP WITH LOCAL TIME ZONE is shown in its zone. */
  public static final List<String> SESSION = List.of("alter session set time_zone = '+00:00'");

  private static final Pattern ARGUMENTS = Pattern.compile("\\([^)]*\\)");

  /** Digits of NUMBER(*, s), of which INTEGER is one. */
  private static final int NUMBER_DIGITS = 38;

  private static final int SECOND_DIGITS = 6;

  @Override
  public ColumnPlan plan(Column column, String quoted, EncodeOptions options)
      throws UnsupportedColumnException {
    String type = ARGUMENTS.matcher(column.type().toUpperCase(Locale.ROOT)).replaceAll("");
    Shape shape = shape(type, column, options);
    return shape == null
        ? Shape.unsupported(
            column, options, "xmlserialize(content xmltype(" + quoted + ") as clob)")
        : shape.of(column, expression(type, column, quoted));
  }

  private static String expression(String type, Column column, String quoted) {
    return switch (type) {
      case "XMLTYPE" -> "xmlserialize(content " + quoted + " as clob)";
      case "JSON" -> "json_serialize(" + quoted + " returning clob)";
      case "TIMESTAMP WITH LOCAL TIME ZONE" ->
          "cast(%s as timestamp(%d) with time zone)".formatted(quoted, digits(column));
      default -> quoted;
    };
  }

  private static @Nullable Shape shape(String type, Column column, EncodeOptions options) {
    return switch (type) {
      case "NUMBER" -> number(declared(column, options));
      case "FLOAT" -> number(ExactDecimal.undeclared(options));
      case "BINARY_FLOAT" -> JdbcShapes.float32();
      case "BINARY_DOUBLE" -> JdbcShapes.float64();
      case "BOOLEAN" -> JdbcShapes.bool();
      case "CHAR", "NCHAR", "VARCHAR2", "NVARCHAR2", "VARCHAR", "ROWID", "UROWID" ->
          JdbcShapes.text(column.name(), options);
      case "CLOB", "NCLOB", "LONG", "XMLTYPE" -> JdbcShapes.longText(column.name(), options);
      case "RAW" -> JdbcShapes.binary();
      case "BLOB", "LONG RAW" -> JdbcShapes.longBinary();
      case "DATE" -> local(0);
      case "TIMESTAMP" -> local(digits(column));
      case "TIMESTAMP WITH TIME ZONE" -> zoned(digits(column), options.regions());
      case "TIMESTAMP WITH LOCAL TIME ZONE" -> zoned(digits(column), false);
      case "INTERVAL YEAR TO MONTH" -> months();
      case "INTERVAL DAY TO SECOND" -> duration(digits(column));
      case "JSON" -> json();
      default -> null;
    };
  }

  private static ExactDecimal declared(Column column, EncodeOptions options) {
    boolean anyDigits = column.precision() < 1 && column.scale() >= 0;
    return anyDigits
        ? ExactDecimal.of(NUMBER_DIGITS, column.scale(), options)
        : ExactDecimal.of(column, options);
  }

  private static Shape number(ExactDecimal decimal) {
    return Shape.of(
        decimal.encoding(),
        decimal.bigQuery(),
        OracleValues::bytes,
        counters -> new OracleNumber(decimal.quoted(), counters)::put);
  }

  private static Shape local(int secondDigits) {
    return Shape.of(
        "local time",
        BigQueryType.DATETIME.ifItKeeps(secondDigits),
        OracleValues::bytes,
        counters -> new OracleTime(secondDigits, counters)::put);
  }

  private static Shape zoned(int secondDigits, boolean regions) {
    return Shape.of(
        regions ? "time with offset and region" : "time with offset",
        regions ? BigQueryType.STRING : BigQueryType.TIMESTAMP.ifItKeeps(secondDigits),
        OracleValues::bytes,
        counters -> new OracleZonedTime(secondDigits, regions, counters)::put);
  }

  private static Shape months() {
    return Shape.of(
        "duration",
        BigQueryType.STRING,
        OracleValues::bytes,
        counters -> OracleInterval::putYearsToMonths);
  }

  private static Shape duration(int secondDigits) {
    return Shape.of(
        "duration",
        BigQueryType.STRING,
        OracleValues::bytes,
        counters -> new OracleInterval(secondDigits, counters)::putDaysToSeconds);
  }

  private static Shape json() {
    return Shape.of(
        "json",
        BigQueryType.JSON,
        ResultSet::getString,
        counters -> (json, out) -> JsonValue.put(json.getBytes(StandardCharsets.UTF_8), out));
  }

  private static int digits(Column column) {
    return column.scale() < 0 ? SECOND_DIGITS : column.scale();
  }
}
