package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Snapshots of one moment because nobody may commit while they begin: for servers that cannot prove
 * it otherwise. While the lock is waited for and held, all writing on the server waits, too; both
 * together last {@value #MOST_SECONDS} seconds at most.
 *
 * @see <a href="https://mariadb.com/kb/en/flush/">FLUSH TABLES WITH READ LOCK</a>
 */
final class MariaDbLock {
  private static final int MOST_SECONDS = 5;

  private MariaDbLock() {}

  /** Where the lock is refused or takes too long, one session is left. */
  static Snapshot together(Source source, List<Connection> sessions) throws SQLException {
    try {
      locked(source, sessions);
      String position = MariaDbBinaryLog.position(sessions.getFirst());
      return MariaDbSnapshot.held(
          source,
          position.isEmpty() ? "begun under a global lock" : "binlog " + position,
          "",
          sessions);
    } catch (SQLException e) {
      sessions.subList(1, sessions.size()).forEach(HeldSnapshot::end);
      MariaDbSnapshot.begin(sessions.getFirst());
      return MariaDbSnapshot.held(
          source,
          "one session",
          "the global lock for a common snapshot was not to be had: " + e.getMessage(),
          sessions.subList(0, 1));
    }
  }

  private static void locked(Source source, List<Connection> sessions) throws SQLException {
    Connection locker = source.connection();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("global-lock").daemon().factory());
    boolean unlocked = false;
    try {
      // The end of the session ends the lock, also while it is waited for.
      timer.schedule(() -> abort(locker), MOST_SECONDS, TimeUnit.SECONDS);
      Query.run(locker, "set lock_wait_timeout = " + MOST_SECONDS, "flush tables with read lock");
      for (Connection session : sessions) {
        MariaDbSnapshot.begin(session);
      }
      // Fails if the lock had ended before the last began.
      Query.run(locker, "unlock tables", "set lock_wait_timeout = default");
      unlocked = true;
    } finally {
      timer.shutdownNow();
      if (!unlocked) {
        abort(locker);
      }
      locker.close();
    }
  }

  private static void abort(Connection locker) {
    try {
      locker.abort(Runnable::run);
    } catch (SQLException e) {
      // It has ended by itself.
    }
  }
}
