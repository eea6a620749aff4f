package io.estat.etl.encode;

import java.sql.SQLException;

/**
 * Writes the values of one column from the bytes in which the server sent them: its text, or its
 * binary format. Keeps scratch memory, so it belongs to one reader at a time.
 */
@FunctionalInterface
public interface BytesEncoder {
  /** Appends a value that is not NULL as one JSON value. */
  void put(byte[] bytes, int from, int to, LineBuffer out) throws SQLException;
}
