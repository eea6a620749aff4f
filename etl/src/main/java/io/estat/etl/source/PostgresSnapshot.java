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
  /** What SET TRANSACTION SNAPSHOT says of one that is gone: until 16, and since. */
  private static final Set<String> UNKNOWN_SNAPSHOT = Set.of("22023", "42704");

  /**
   * The tables that this transaction has read and that lie in another file than they did at the
   * snapshot or have lost a column since, and the relation if it was not there then or its name is
   * another one's by now. The catalog's rows are seen as of the snapshot, while functions tell how
   * it is now (the privilege on a column that is gone is null); locks name the tables behind views
   * and the partitions, too.
   */
  private static final String REWRITTEN =
      """
      select format('%I.%I', n.nspname, c.relname)
      from pg_locks l
      join pg_class c on c.oid = l.relation
      join pg_namespace n on n.oid = c.relnamespace
      where l.pid = pg_backend_pid() and l.locktype = 'relation'
        and l.database = (select d.oid from pg_database d where d.datname = current_database())
        and c.relkind in ('r', 'm') and c.relfilenode <> 0
        and (c.relfilenode <> pg_relation_filenode(c.oid)
          or exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              and has_column_privilege(c.oid, a.attnum, 'select') is null))
      union
      select r.name
      from (select ? as name) r
      where not exists (select from pg_class c where c.oid = to_regclass(r.name))
      union
      select format('%I.%I', n.nspname, c.relname)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where array[n.nspname, c.relname]::text[] = parse_ident(?) and c.oid <> to_regclass(?)
      """;

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
          id, "one session was asked for", List.of(session), age(source, clock));
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

  /**
   * TRUNCATE and its like do not ask who still needs the rows as they were. Holding a lock against
   * them for hours would stop them, and behind them everybody else who uses the table.
   *
   * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">Caveats of MVCC</a>
   */
  @Override
  public void requireUnchanged(Connection session, String relation) throws SQLException {
    List<String> rewritten =
        Query.list(session, REWRITTEN, row -> row.getString(1), relation, relation, relation);
    if (!rewritten.isEmpty()) {
      throw new SnapshotGoneException(
          ("%s was written anew after the snapshot %s was taken (TRUNCATE, VACUUM FULL, CLUSTER,"
                  + " REFRESH, ALTER TABLE or DROP), so that its rows as of then are not all there;"
                  + " run the job again, or set on_snapshot_lost: restart_table")
              .formatted(String.join(", ", rewritten), id),
          null);
    }
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
