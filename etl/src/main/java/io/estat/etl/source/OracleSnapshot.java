package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A system change number: every statement asks for the table as it was then. It needs no session
 * and outlives the process, as long as the database keeps its undo.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/database/oracle/oracle-database/23/adfns/flashback.html">Using
 *     Oracle Flashback Technology</a>
 */
record OracleSnapshot(Source source, long scn, Instant takenAt) implements Snapshot {
  private static final String PREFIX = "SCN ";

  static final String BY_PACKAGE = "select dbms_flashback.get_system_change_number from dual";
  static final String RETENTION = "select min(tuned_undoretention) from v$undostat";
  static final String BY_VIEW = "select current_scn from v$database";

  /**
   * @throws SQLException naming the grants, if this user has neither
   */
  static OracleSnapshot open(Source source) throws SQLException {
    SQLException refused = null;
    try (Connection connection = source.connection()) {
      for (String sql : List.of(BY_PACKAGE, BY_VIEW)) {
        try {
          long scn = Query.first(connection, sql, row -> row.getLong(1)).orElseThrow();
          return new OracleSnapshot(source, scn, Instant.now());
        } catch (SQLException e) {
          if (source.dialect().classify(e) == SourceFailure.TRANSIENT) {
            throw e;
          }
          refused = e;
        }
      }
    }
    throw new SQLException(
        "this user can read no system change number: grant execute on dbms_flashback or select on"
            + " v_$database to it",
        "42000",
        refused == null ? 0 : refused.getErrorCode(),
        refused);
  }

  /** The least that was kept in the days that Oracle remembers; nothing on a new database. */
  static Optional<Duration> undoRetention(Connection connection) throws SQLException {
    return Query.first(connection, RETENTION, row -> row.getString(1))
        .filter(seconds -> seconds != null)
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
  }

  /** The point in time that another process called {@code id}. */
  static OracleSnapshot reopen(Source source, String id, Instant takenAt) {
    return new OracleSnapshot(source, Long.parseLong(id.substring(PREFIX.length())), takenAt);
  }

  @Override
  public String id() {
    return PREFIX + scn;
  }

  @Override
  public boolean durable() {
    return true;
  }

  @Override
  public int maxSessions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public String asOf() {
    return " as of scn " + scn;
  }

  @Override
  public Connection session() throws SQLException {
    return source.connection();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
