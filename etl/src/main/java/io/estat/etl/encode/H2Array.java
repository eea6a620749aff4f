package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Arrays of H2 as JSON arrays, nested ones too, elements written like values of their own type:
 * read one by one, since as an array of objects the driver gives dates and times that the zone of
 * the JVM shifts. Times show all nine digits, and exact decimals are never numbers in the line
 * unless it is asked for, since the declared digits of an element are not at hand. One thread.
 */
final class H2Array {
  private static final int ALL_DIGITS = 9;

  /** Of an array's result set, behind the index. */
  private static final int VALUE = 2;

  private final String column;
  private final EncodeOptions options;
  private final EncodeCounters counters;

  /** By the type of the elements, of which a column has one, and its nested arrays others. */
  private final Map<String, ColumnEncoder> encoders = new HashMap<>();

  H2Array(String column, EncodeOptions options, EncodeCounters counters) {
    this.column = column;
    this.options = options;
    this.counters = counters;
  }

  void put(Array array, LineBuffer out) throws SQLException {
    out.put('[');
    try (ResultSet elements = array.getResultSet()) {
      ColumnEncoder encoder =
          encoders.computeIfAbsent(elements.getMetaData().getColumnTypeName(VALUE), this::encoder);
      for (boolean first = true; elements.next(); first = false) {
        if (!first) {
          out.put(',');
        }
        encoder.encode(elements, VALUE, out);
      }
    }
    out.put(']');
  }

  private ColumnEncoder encoder(String type) {
    return H2Types.element(new Column(column, type, -1, ALL_DIGITS, true), options)
        .encoder()
        .apply(counters);
  }
}
