package io.estat.etl.encode;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Writes the values of one column. Keeps scratch memory, so it belongs to one reader at a time. */
@FunctionalInterface
public interface ColumnEncoder {
  /**
   * Appends the value of the cursor's current row as one JSON value, {@code null} for NULL. Called
   * once a row, in the order of the columns, since some drivers can read a long column only then.
   *
   * @param index from 1, as JDBC counts
   */
  void encode(ResultSet row, int index, LineBuffer out) throws SQLException;
}
