package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;

/** A database with its pool of connections. Thread-safe. */
public interface Source extends AutoCloseable {
  Dialect dialect();

  SourceSettings settings();

  /**
   * A prepared connection of the pool; closing gives it back. Waits at most the pool's patience.
   */
  Connection connection() throws SQLException;

  @Override
  void close();
}
