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
 * one position see the same rows if whatever is committed moves the position on.
 *
 * @see <a
 *     href="https://mariadb.com/kb/en/enhancements-for-start-transaction-with-consistent-snapshot/">
 *     Enhancements for START TRANSACTION WITH CONSISTENT SNAPSHOT</a>
 */
final class MariaDbSnapshot {
  /** All sessions begin anew this often, until no commit comes between the first and the last. */
  private static final int ROUNDS = 100;

  private MariaDbSnapshot() {}

  static Snapshot open(Source source, int sessions) throws SQLException {
    var opened = new ArrayList<Connection>();
    try {
      opened.add(begun(source));
      String gap = MariaDbBinaryLog.gap(opened.getFirst());
      boolean alone = sessions == 1 || !source.settings().allowLock();
      if (!gap.isEmpty() && alone) {
        return held(source, "one session", gap, opened);
      }
      while (opened.size() < sessions) {
        opened.add(begun(source));
      }
      return gap.isEmpty() ? together(source, opened) : MariaDbLock.together(source, opened);
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
    // Asked again: replication may have been started while the sessions began.
    String gap = MariaDbBinaryLog.gap(sessions.getFirst());
    if ((byPosition.size() > 1 || !gap.isEmpty()) && source.settings().allowLock()) {
      return MariaDbLock.together(source, sessions);
    }
    if (!gap.isEmpty()) {
      sessions.subList(1, sessions.size()).forEach(HeldSnapshot::end);
      return held(source, "one session", gap, sessions.subList(0, 1));
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
      found
          .computeIfAbsent(MariaDbBinaryLog.position(session), position -> new ArrayList<>())
          .add(session);
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
}
