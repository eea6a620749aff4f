package io.estat.etl.source;

import java.sql.ResultSet;
import java.sql.SQLException;

/** What {@link java.sql.DatabaseMetaData#getIndexInfo} answers. */
final class Indexes {
  private Indexes() {}

  /** Whether the column is the first of one of them. */
  static boolean isFirst(ResultSet indexes, String column) throws SQLException {
    while (indexes.next()) {
      if (indexes.getInt("ORDINAL_POSITION") == 1
          && column.equals(indexes.getString("COLUMN_NAME"))) {
        return true;
      }
    }
    return false;
  }
}
