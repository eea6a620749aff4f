package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An exported snapshot. One session, the exporter, holds its transaction open as long as the
 * snapshot lives, and is asked for a sign of life so that no firewall forgets it; every reading
 * session takes the snapshot over as its transaction begins.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION">
 *     Snapshot Synchronization Functions</a>
 */
final class PostgresSnapshot implements Snapshot {
  /**
   * What SET TRANSACTION SNAPSHOT says of one that is gone: until 16, and since; the last while its
   * transaction has ended and its file is still there.
   */
  private static final Set<String> UNKNOWN_SNAPSHOT = Set.of("22023", "42704", "55000");

  private final Source source;
  private final Connection exporter;
  private final String id;
  private final SnapshotAge age;
  private final SnapshotPulse pulse = new SnapshotPulse();
  private volatile @Nullable SQLException lost;

  private PostgresSnapshot(Source source, Connection exporter, String id, SnapshotAge age) {
    this.source = source;
    this.exporter = exporter;
    this.id = id;
    this.age = age;
    pulse.start(this::beat);
  }

  /**
   * @throws SQLException also through a pooler that gives a transaction any server session: there
   *     the settings of a session are another's
   */
  static PostgresSnapshot open(Source source, InstantSource clock) throws SQLException {
    Connection exporter = source.connection();
    try {
      refuseTransactionPooler(source, exporter);
      begin(exporter);
      return new PostgresSnapshot(
          source,
          exporter,
          Query.text(exporter, "select pg_export_snapshot()"),
          age(source, clock));
    } catch (SQLException | RuntimeException e) {
      HeldSnapshot.end(exporter);
      throw e;
    }
  }

  /**
   * One session that reads by itself and exports nothing.
   *
   * @throws SQLException as {@link #open}
   */
  static Snapshot openForOne(Source source, InstantSource clock) throws SQLException {
    Connection session = source.connection();
    try {
      refuseTransactionPooler(source, session);
      begin(session);
      // The first statement fixes what the transaction sees.
      String id = "transactions " + Query.text(session, "select txid_current_snapshot()");
      return new HeldSnapshot(
          id,
          "one session was asked for",
          List.of(session),
          age(source, clock),
          (reader, table, columns) -> RewrittenTables.requireNone(reader, id, table, columns));
    } catch (SQLException | RuntimeException e) {
      HeldSnapshot.end(session);
      throw e;
    }
  }

  /**
   * A pooler of sessions gives each of ours a server session for good, one of transactions the next
   * that is free. So while another transaction is open, ours must find its own session again.
   */
  private static void refuseTransactionPooler(Source source, Connection one) throws SQLException {
    String before = backend(one);
    Connection other = source.connection();
    try {
      begin(other);
      String others = backend(other);
      if (others.equals(before) || !backend(one).equals(before)) {
        throw new SQLException(
            "the URL leads to a pooler in transaction mode, whose sessions cannot hold a snapshot"
                + " together; name the server itself, or a pool in session mode",
            "0A000");
      }
    } finally {
      HeldSnapshot.end(other);
    }
  }

  private static String backend(Connection connection) throws SQLException {
    return Query.text(connection, "select pg_backend_pid()");
  }

  private static void begin(Connection session) throws SQLException {
    // Without it the driver reads a whole result at once, whatever the fetch size.
    session.setAutoCommit(false);
    session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
  }

  private static SnapshotAge age(Source source, InstantSource clock) {
    return new SnapshotAge(source.settings().maxSnapshotAge(), clock);
  }

  /** One that is too old is let go, so that the server can remove old rows. */
  void beat() {
    if (lost != null) {
      return;
    }
    try {
      age.require(id);
      Query.text(exporter, "select 1");
    } catch (SQLException e) {
      lost = e;
      try {
        exporter.rollback();
      } catch (SQLException broken) {
        // It has ended by itself.
      }
    }
  }

  @Override
  public Connection session() throws SQLException {
    age.require(id);
    if (lost != null) {
      throw new SnapshotGoneException(
          "the session that holds snapshot %s ended".formatted(id), lost);
    }
    Connection session = source.connection();
    try {
      begin(session);
      Query.run(session, "set transaction snapshot '%s'".formatted(id));
      return session;
    } catch (SQLException e) {
      HeldSnapshot.end(session);
      if (UNKNOWN_SNAPSHOT.contains(StandardFailure.state(e))) {
        throw new SnapshotGoneException(
            "the server no longer has the snapshot %s".formatted(id), e);
      }
      throw e;
    }
  }

  @Override
  public void requireUnchanged(Connection session, String table, List<String> columns)
      throws SQLException {
    RewrittenTables.requireNone(session, id, table, columns);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant takenAt() {
    return age.takenAt();
  }

  @Override
  public boolean durable() {
    return false;
  }

  @Override
  public int maxSessions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    pulse.close();
    HeldSnapshot.end(exporter);
  }
}
