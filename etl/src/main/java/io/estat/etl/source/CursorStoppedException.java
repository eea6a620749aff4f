package io.estat.etl.source;

import java.sql.SQLException;

/** A cursor was told to stop, and has asked the database for nothing more. */
final class CursorStoppedException extends SQLException {
  private static final long serialVersionUID = 1L;

  CursorStoppedException() {
    super("the cursor was told to stop");
  }
}
