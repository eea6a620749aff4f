package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a column look like in the lines.
 *
 * @param encoding in words, for the manifest
 * @param encoder makes one for a reader that counts there what it had to bend
 */
record Shape(
    String encoding, BigQueryType bigQuery, Function<EncodeCounters, ColumnEncoder> encoder) {
  /** The encoding of a column that is left empty. */
  static final String NOTHING = "null";

  static final byte[] NULL = {'n', 'u', 'l', 'l'};

  /** A shape whose encoder has no scratch memory and counts nothing. */
  static Shape plain(String encoding, BigQueryType bigQuery, ColumnEncoder encoder) {
    return new Shape(encoding, bigQuery, counters -> encoder);
  }

  /** Reads a value as an object, null for NULL. */
  @FunctionalInterface
  interface Read<T> {
    @Nullable T value(ResultSet row, int index) throws SQLException;
  }

  /** Writes a value that is not NULL. */
  @FunctionalInterface
  interface Write<T> {
    void put(T value, LineBuffer out) throws SQLException;
  }

  static <T> Shape of(
      String encoding,
      BigQueryType bigQuery,
      Read<T> read,
      Function<EncodeCounters, Write<T>> writer) {
    return new Shape(
        encoding,
        bigQuery,
        counters -> {
          Write<T> write = writer.apply(counters);
          return (row, index, out) -> {
            T value = read.value(row, index);
            if (value == null) {
              out.put(NULL);
            } else {
              write.put(value, out);
            }
          };
        });
  }

  /**
   * A column whose type has no shape, as the options say.
   *
   * @param text the SQL of the server's text of it
   */
  static ColumnPlan unsupported(Column column, EncodeOptions options, String text)
      throws UnsupportedColumnException {
    return switch (options.onUnsupported()) {
      case REFUSE -> throw new UnsupportedColumnException(column);
      case NULL ->
          plain(NOTHING, BigQueryType.STRING, (row, index, out) -> out.put(NULL))
              .of(column, "null");
      case TEXT -> JdbcShapes.text(column.name(), options).of(column, text);
    };
  }

  ColumnPlan of(Column column, String expression) {
    return new ColumnPlan(column, expression, encoding, bigQuery, encoder, null);
  }
}
