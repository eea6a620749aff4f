package io.estat.etl.encode;

import static io.estat.etl.encode.Shape.NULL;

import io.estat.etl.domain.Numbers;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;

/**
 * Shapes of values that any JDBC driver hands out exactly. Times come as {@code java.time}, which
 * no zone of the JVM can shift.
 */
final class JdbcShapes {
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private JdbcShapes() {}

  /** Of at most 53 bits, which a reader's double holds. */
  static Shape integer() {
    return Shape.plain(
        "number",
        BigQueryType.INT64,
        (row, index, out) -> {
          long value = row.getLong(index);
          if (value == 0 && row.wasNull()) {
            out.put(NULL);
          } else {
            NumberText.put(value, out);
          }
        });
  }

  /** Of 64 bits. */
  static Shape longInteger(Numbers numbers) {
    if (numbers == Numbers.NUMBER) {
      return integer();
    }
    return Shape.plain(
        "decimal string",
        BigQueryType.INT64,
        (row, index, out) -> {
          long value = row.getLong(index);
          if (value == 0 && row.wasNull()) {
            out.put(NULL);
          } else {
            NumberText.putQuoted(value, out);
          }
        });
  }

  static Shape decimal(ExactDecimal decimal) {
    return Shape.of(
        decimal.encoding(),
        decimal.bigQuery(),
        ResultSet::getBigDecimal,
        counters -> decimal.quoted() ? NumberText::putQuoted : NumberText::put);
  }

  static Shape float32() {
    return Shape.plain(
        "number",
        BigQueryType.FLOAT64,
        (row, index, out) -> {
          float value = row.getFloat(index);
          if (value == 0 && row.wasNull()) {
            out.put(NULL);
          } else {
            NumberText.put(value, out);
          }
        });
  }

  static Shape float64() {
    return Shape.plain(
        "number",
        BigQueryType.FLOAT64,
        (row, index, out) -> {
          double value = row.getDouble(index);
          if (value == 0 && row.wasNull()) {
            out.put(NULL);
          } else {
            NumberText.put(value, out);
          }
        });
  }

  static Shape bool() {
    return Shape.plain(
        "boolean",
        BigQueryType.BOOL,
        (row, index, out) -> {
          boolean value = row.getBoolean(index);
          if (value) {
            out.put(TRUE);
          } else {
            out.put(row.wasNull() ? NULL : FALSE);
          }
        });
  }

  static Shape text(String column, EncodeOptions options) {
    return Shape.of(
        "string",
        BigQueryType.STRING,
        ResultSet::getString,
        counters -> new TextWriter(column, options, counters)::write);
  }

  /** Text that the driver streams, also a CLOB's. */
  static Shape longText(String column, EncodeOptions options) {
    return Shape.of(
        "string",
        BigQueryType.STRING,
        ResultSet::getCharacterStream,
        counters -> new TextWriter(column, options, counters)::write);
  }

  static Shape binary() {
    return Shape.of(
        "base64", BigQueryType.BYTES, ResultSet::getBytes, counters -> BinaryWriter::write);
  }

  /** Bytes that the driver streams, also a BLOB's. */
  static Shape longBinary() {
    return Shape.of(
        "base64",
        BigQueryType.BYTES,
        ResultSet::getBinaryStream,
        counters -> new BinaryWriter()::write);
  }

  static Shape date() {
    return Shape.of(
        "date",
        BigQueryType.DATE,
        (row, index) -> row.getObject(index, LocalDate.class),
        counters -> new TimeText(0, counters)::put);
  }

  static Shape time(int secondDigits) {
    return Shape.of(
        "time",
        BigQueryType.TIME.ifItKeeps(secondDigits),
        (row, index) -> row.getObject(index, LocalTime.class),
        counters -> new TimeText(secondDigits, counters)::put);
  }

  static Shape dateTime(int secondDigits) {
    return Shape.of(
        "local time",
        BigQueryType.DATETIME.ifItKeeps(secondDigits),
        (row, index) -> row.getObject(index, LocalDateTime.class),
        counters -> new TimeText(secondDigits, counters)::put);
  }

  static Shape offsetDateTime(int secondDigits) {
    return Shape.of(
        "time with offset",
        BigQueryType.TIMESTAMP.ifItKeeps(secondDigits),
        (row, index) -> row.getObject(index, OffsetDateTime.class),
        counters -> new TimeText(secondDigits, counters)::put);
  }
}
