package io.estat.etl.encode;

import java.sql.ResultSet;
import java.sql.SQLException;
import oracle.jdbc.OracleResultSet;
import oracle.sql.Datum;
import oracle.sql.ZONEIDMAP;
import org.jspecify.annotations.Nullable;

/** The one class that names those of Oracle's driver: it is loaded only for an Oracle database. */
final class OracleValues {
  private OracleValues() {}

  /** A value as the database keeps it; not to be changed. */
  static byte @Nullable [] bytes(ResultSet row, int index) throws SQLException {
    Datum value = row.unwrap(OracleResultSet.class).getOracleObject(index);
    return value == null ? null : value.shareBytes();
  }

  /** The name of a time zone's region; null: this driver does not know it. */
  static @Nullable String region(int id) {
    return ZONEIDMAP.isValidID(id) ? ZONEIDMAP.getRegion(id) : null;
  }
}
