package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.TypeTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What differs between databases. Stateless and thread-safe; connections are the caller's. */
public interface Dialect {
  /** {@code oracle}, {@code postgresql}, {@code mariadb} or {@code h2}. */
  String name();

  /** Whether it speaks to what this JDBC URL names. */
  boolean accepts(String jdbcUrl);

  /** The dialect with what the settings allow it. */
  default Dialect of(SourceSettings settings) {
    return this;
  }

  /** The URL as the driver takes it. */
  default String driverUrl(String jdbcUrl) {
    return jdbcUrl;
  }

  /** Properties of the driver that every connection needs, under those the user gave. */
  Map<String, String> driverProperties(SourceSettings settings);

  /**
   * Makes a new connection a reading one: UTC, read-only, its name in the database's list of
   * sessions, no statement timeout of its own.
   */
  void prepare(Connection connection, SourceSettings settings) throws SQLException;

  /** A failure to connect, in words that name the fix where the driver's do not. */
  default SQLException explain(SQLException failure, SourceSettings settings) {
    return failure;
  }

  /** The schema or user whose tables need no owner. */
  String defaultOwner(Connection connection) throws SQLException;

  /**
   * Tables and views one may read, in the order of owner and name.
   *
   * @param owner exact, or empty: all but the database's own
   * @param search part of the name in any case, or empty
   */
  List<TableInfo> tables(Connection connection, String owner, String search) throws SQLException;

  /** The table of exactly this name; its owner is given. */
  Optional<TableInfo> table(Connection connection, TableName name) throws SQLException;

  /** In the order of the table; generated columns too, hidden ones not. */
  List<Column> columns(Connection connection, TableName name) throws SQLException;

  /**
   * What of the table this user does not see, so that a copy would lack it without a word; or
   * empty.
   *
   * @param named whether it is said which columns are to be read: others are not missed then
   */
  default Optional<Hidden> hidden(Connection connection, TableName table, boolean named)
      throws SQLException {
    return Optional.empty();
  }

  /** An identifier as SQL, whatever characters it has. */
  String quote(String identifier);

  TypeTable types();

  /** A table as SQL. */
  default String quote(TableName table) {
    String name = quote(table.name());
    return table.owner() == null ? name : quote(table.owner()) + "." + name;
  }

  /**
   * Opens the point in time at which a job reads.
   *
   * @param sessions that read at the same time, at most: what cannot be opened later is opened now
   */
  Snapshot openSnapshot(Source source, int sessions) throws SQLException;

  /** A point in time for one reader, by the fewest sessions. */
  default Snapshot openSnapshotForOne(Source source) throws SQLException {
    return openSnapshot(source, 1);
  }

  /**
   * How long the database keeps what it needs to show a point in time that no session holds; empty:
   * its points in time are held by sessions.
   *
   * @throws SQLException also if the user may not see it
   */
  default Optional<Duration> undoRetention(Connection connection) throws SQLException {
    return Optional.empty();
  }

  /** Whether another process can read at the same point in time later. */
  default boolean hasDurableSnapshots() {
    return false;
  }

  /**
   * Opens a point in time again that another process has read at.
   *
   * @param id of a snapshot of this dialect that was durable
   * @throws UnsupportedOperationException unless {@link #hasDurableSnapshots}
   */
  default Snapshot reopenSnapshot(Source source, String id, Instant takenAt) {
    throw new UnsupportedOperationException(name() + " keeps no point in time without a session");
  }

  /**
   * Cuts a table where this database can do it best. Called after the snapshot was opened, so that
   * what is added later is not looked for and what was there is not missed.
   *
   * @param chunkRows the size of a chunk that is aimed at
   */
  Split split(Connection connection, TableInfo table, long chunkRows) throws SQLException;

  /**
   * Opens a cursor on a session of a snapshot. The session is the cursor's until it is closed.
   *
   * @param counters where what had to be bent is counted
   */
  default RowCursor rows(Connection session, RowQuery query, EncodeCounters counters)
      throws SQLException {
    return new ResultSetCursor(session, query, counters);
  }

  /** Whether a table can be cut by ranges of the column: whole numbers that an index may order. */
  boolean splitsBy(Column column);

  /**
   * Whether an index begins with the column, so that its ends are found without reading the table.
   */
  default boolean leadsAnIndex(Connection connection, TableName table, String column)
      throws SQLException {
    // Approximate: Oracle's driver would analyze the table for exact figures.
    try (ResultSet indexes =
        connection.getMetaData().getIndexInfo(null, table.owner(), table.name(), false, true)) {
      return Indexes.isFirst(indexes, column);
    }
  }

  /** Why the rows of this table are not those of the snapshot, however it is read, or empty. */
  default Optional<String> outsideOfSnapshots(Connection connection, TableName table)
      throws SQLException {
    return Optional.empty();
  }

  /** The statement by which an administrator lets this user read the table. */
  default String grant(TableName table, String user) {
    return "GRANT SELECT ON %s TO %s".formatted(quote(table), user);
  }

  /** What would let several workers read a table that only one can read. */
  default String toReadInParallel() {
    return "name a column of whole numbers that an index begins with in table_options.split_column";
  }

  /** Whether {@code #} begins a comment. */
  default boolean hashComments() {
    return false;
  }

  /** What a failed call means. */
  SourceFailure classify(SQLException failure);
}
