package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sessions whose consistent snapshots are of the same moment. MariaDB cannot hand a snapshot on,
 * but tells at which position of the binary log a session's snapshot stands: sessions that stand at
 * one position see the same rows, since whatever is committed moves the position on.
 *
 * @see <a
 *     href="https://mariadb.com/kb/en/enhancements-for-start-transaction-with-consistent-snapshot/">
 *     Enhancements for START TRANSACTION WITH CONSISTENT SNAPSHOT</a>
 */
final class MariaDbSnapshot {
  private static final String NO_BINARY_LOG =
      "the server writes no binary log to compare snapshots by";

  /** All sessions begin anew this often, until no commit comes between the first and the last. */
  private static final int ROUNDS = 100;

  private MariaDbSnapshot() {}

  static Snapshot open(Source source, int sessions) throws SQLException {
    var opened = new ArrayList<Connection>();
    try {
      opened.add(begun(source));
      boolean comparable = !position(opened.getFirst()).isEmpty();
      if (!comparable && !source.settings().allowLock()) {
        return held(source, "one session", NO_BINARY_LOG, opened);
      }
      while (opened.size() < sessions) {
        opened.add(begun(source));
      }
      return comparable ? together(source, opened) : MariaDbLock.together(source, opened);
    } catch (SQLException | RuntimeException e) {
      opened.forEach(HeldSnapshot::end);
      throw e;
    }
  }

  private static Snapshot together(Source source, List<Connection> sessions) throws SQLException {
    Map<String, List<Connection>> byPosition = positions(sessions);
    for (int round = 1; round < ROUNDS && byPosition.size() > 1; round++) {
      for (Connection session : sessions) {
        begin(session);
      }
      byPosition = positions(sessions);
    }
    if (byPosition.size() > 1 && source.settings().allowLock()) {
      return MariaDbLock.together(source, sessions);
    }
    var most =
        byPosition.entrySet().stream()
            .max(Comparator.comparingInt(group -> group.getValue().size()))
            .orElseThrow();
    List<Connection> equal = most.getValue();
    sessions.stream().filter(session -> !equal.contains(session)).forEach(HeldSnapshot::end);
    String reason =
        equal.size() == sessions.size()
            ? sessions.size() == 1 ? "one session was asked for" : ""
            : "commits came between the snapshots of %d sessions; %d are of one moment"
                .formatted(sessions.size(), equal.size());
    return held(source, "binlog " + most.getKey(), reason, equal);
  }

  static Snapshot held(Source source, String id, String reason, List<Connection> sessions) {
    var age = new SnapshotAge(source.settings().maxSnapshotAge(), InstantSource.system());
    return new HeldSnapshot(id, reason, sessions, age);
  }

  private static Map<String, List<Connection>> positions(List<Connection> sessions)
      throws SQLException {
    Map<String, List<Connection>> found = new LinkedHashMap<>();
    for (Connection session : sessions) {
      found.computeIfAbsent(position(session), position -> new ArrayList<>()).add(session);
    }
    return found;
  }

  private static Connection begun(Source source) throws SQLException {
    Connection session = source.connection();
    try {
      session.setAutoCommit(false);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      begin(session);
      return session;
    } catch (SQLException | RuntimeException e) {
      HeldSnapshot.end(session);
      throw e;
    }
  }

  /** Ends the transaction before, too. */
  static void begin(Connection session) throws SQLException {
    Query.run(session, "start transaction with consistent snapshot");
  }

  /** {@code file:position}, or empty: no binary log, or a MySQL without these variables. */
  static String position(Connection session) throws SQLException {
    List<String> parts =
        Query.list(
            session,
            "show status where variable_name in ('binlog_snapshot_file', 'binlog_snapshot_position')",
            row -> row.getString(2));
    return parts.size() == 2 && !parts.getFirst().isEmpty() ? String.join(":", parts) : "";
  }
}
