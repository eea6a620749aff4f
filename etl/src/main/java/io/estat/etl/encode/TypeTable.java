package io.estat.etl.encode;

import io.estat.etl.domain.Column;

/** How one database's types become JSON: one shape a column, whatever its values. Thread-safe. */
public interface TypeTable {
  /**
   * @param quoted the column's name as SQL
   * @throws UnsupportedColumnException for a type without a JSON shape, unless the options say what
   *     to do with it
   */
  ColumnPlan plan(Column column, String quoted, EncodeOptions options)
      throws UnsupportedColumnException;
}
