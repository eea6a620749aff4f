package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** A database with its pool of connections. Thread-safe. */
public interface Source extends AutoCloseable {
  Dialect dialect();

  SourceSettings settings();

  /**
   * A prepared connection of the pool; closing gives it back. Waits at most the pool's patience;
   * not at all while the database is known to be away.
   *
   * @throws SourceAwayException if the database was not asked
   */
  Connection connection() throws SQLException;

  /** The schema or user whose tables need no owner: the one that was set, or the session's. */
  default String defaultOwner(Connection connection) throws SQLException {
    String set = settings().defaultOwner();
    return set == null ? dialect().defaultOwner(connection) : set;
  }

  /** Of this moment; empty if connections come from no pool. */
  default Optional<PoolUse> poolUse() {
    return Optional.empty();
  }

  @Override
  void close();
}
