package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Where the binary log stands, and whether all that is committed moves it on: only then do two
 * snapshots at one position see the same rows.
 *
 * <p>What a replica or a node of a cluster applies goes past it unless {@code log_slave_updates} is
 * set, which MariaDB has off by default; so does what filters leave out. A writer that has set
 * {@code sql_log_bin = 0} goes past it, too, and nothing shows that.
 *
 * @see <a href="https://mariadb.com/kb/en/show-binlog-status/">SHOW BINLOG STATUS</a>
 */
final class MariaDbBinaryLog {
  /** MariaDB's name, and that of later releases of MySQL. */
  private static final String LOGS_WHAT_IT_APPLIES =
      "show global variables where variable_name in ('log_slave_updates', 'log_replica_updates')"
          + " and value = 'ON'";

  private static final String IS_OF_A_CLUSTER =
      "show global variables where variable_name = 'wsrep_on' and value = 'ON'";

  /** Threads that apply, of MariaDB; a MySQL does not have it. */
  private static final String IS_NO_REPLICA =
      "show global status where variable_name = 'slaves_running' and value = '0'";

  private MariaDbBinaryLog() {}

  /** {@code file:position}, or empty: no binary log, or a MySQL without these variables. */
  static String position(Connection session) throws SQLException {
    List<String> parts =
        Query.list(
            session,
            "show status where variable_name in ('binlog_snapshot_file', 'binlog_snapshot_position')",
            row -> row.getString(2));
    return parts.size() == 2 && !parts.getFirst().isEmpty() ? String.join(":", parts) : "";
  }

  /** Why, as it is now, snapshots at one position may differ; or empty. */
  static String gap(Connection session) throws SQLException {
    if (position(session).isEmpty()) {
      return "the server writes no binary log to compare snapshots by";
    }
    if (!has(session, LOGS_WHAT_IT_APPLIES)
        && (has(session, IS_OF_A_CLUSTER) || !has(session, IS_NO_REPLICA))) {
      return "the server applies what others commit and does not write it to its binary log"
          + " (log_slave_updates), so snapshots cannot be compared by it";
    }
    return filters(session);
  }

  private static boolean has(Connection session, String sql) throws SQLException {
    return Query.first(session, sql, row -> row.getString(1)).isPresent();
  }

  private static String filters(Connection session) throws SQLException {
    List<String> filters;
    try {
      filters =
          Query.list(
              session,
              "show master status",
              row -> row.getString("binlog_do_db") + row.getString("binlog_ignore_db"));
    } catch (SQLException e) {
      if (StandardFailure.of(StandardFailure.root(e)).isPresent()) {
        throw e;
      }
      return "whether filters keep commits out of the binary log cannot be seen, so snapshots"
          + " cannot be compared by it; grant BINLOG MONITOR (before MariaDB 10.5: REPLICATION"
          + " CLIENT) to the user: "
          + e.getMessage();
    }
    return String.join("", filters).isEmpty()
        ? ""
        : "filters (binlog_do_db, binlog_ignore_db) keep commits out of the binary log, so snapshots"
            + " cannot be compared by it";
  }
}
