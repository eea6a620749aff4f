package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * One point in time at which tables are read. Thread-safe. It lives until it is closed, unless the
 * database drops it; then reads fail with {@link SourceFailure#SNAPSHOT_LOST}.
 */
public interface Snapshot extends AutoCloseable {
  /** For the manifest: {@code SCN 12345}, {@code 00000003-0000001B-1}, {@code one session}. */
  String id();

  Instant takenAt();

  /** Whether another process can read at the same point later. */
  boolean durable();

  /**
   * How many sessions can read at the same time; {@code Integer.MAX_VALUE}: no bound but the
   * pool's.
   */
  int maxSessions();

  /** Why {@link #maxSessions} is not greater, or empty. */
  default String reason() {
    return "";
  }

  /** What stands behind a table's name in SQL, with a space before it, or empty. */
  default String asOf() {
    return "";
  }

  /**
   * A session that sees this point in time, read-only. Waits while all are in use. Closing the
   * connection gives it back.
   *
   * @throws SQLException also when the point in time is gone
   */
  Connection session() throws SQLException;

  /**
   * Called in a session of this snapshot that has just read a chunk of a table, before it is given
   * back: where commands of the database throw rows away that this point in time should see, none
   * of them may have done so.
   *
   * @param table that was planned, as SQL
   * @param columns that were read
   * @throws SnapshotGoneException if what was read may be too little or too much
   */
  default void requireUnchanged(Connection session, String table, List<String> columns)
      throws SQLException {}

  @Override
  void close();
}
