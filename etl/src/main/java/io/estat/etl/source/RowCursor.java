package io.estat.etl.source;

import io.estat.etl.encode.LineBuffer;
import java.sql.SQLException;

/**
 * Rows of a query as lines of JSON, in whatever order the database has them. One thread, but for
 * {@link #cancel}.
 */
public interface RowCursor extends AutoCloseable {
  /** Bounds the rows that the next fetch brings, where the driver fetches. */
  void fetchRows(int rows) throws SQLException;

  /**
   * Appends the next row as one line, line feed included. The first call runs the query.
   *
   * @return false at the end: nothing was appended
   */
  boolean next(LineBuffer out) throws SQLException;

  /**
   * After the last row, how many rows the query has by the database's own count: what it says that
   * it has sent, or the answer to a query of its own on the same session.
   */
  long count() throws SQLException;

  /**
   * Stops the cursor: cancels what runs in the database, and lets nothing more begin. {@link #next}
   * and {@link #count} fail from here on. Any thread; returns at once.
   */
  void cancel();

  /** Ends the query, also in the middle. */
  @Override
  void close() throws SQLException;
}
