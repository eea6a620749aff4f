package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.PostgresTypes;
import io.estat.etl.encode.TypeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.PGConnection;

/** PostgreSQL from release 12 on; tables are cut into ranges of pages from 14 on. */
final class PostgresDialect implements Dialect {
  private static final int TID_RANGE_SCANS = 14;
  private static final int IDLE_SESSION_TIMEOUT = 14;
  private static final int TRANSACTION_TIMEOUT = 17;

  /** Of appendix A of PostgreSQL's manual. */
  static final String QUERY_CANCELED = "57014";

  private static final String SNAPSHOT_TOO_OLD = "72000";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final Set<String> UNDEFINED_TABLE_SCHEMA_COLUMN =
      Set.of("42P01", "3F000", "42703");

  /**
   * Classes: insufficient resources (53), operator intervention (57), system error (58). A deadlock
   * and a conflict with recovery are in class 40.
   */
  private static final Set<String> TRANSIENT = Set.of("53", "57", "58");

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public boolean accepts(String jdbcUrl) {
    return jdbcUrl.startsWith("jdbc:postgresql:");
  }

  @Override
  public Map<String, String> driverProperties(SourceSettings settings) {
    return Map.of("ApplicationName", settings.application(), "tcpKeepAlive", "true");
  }

  @Override
  public void prepare(Connection connection, SourceSettings settings) throws SQLException {
    int release = connection.getMetaData().getDatabaseMajorVersion();
    var all =
        new ArrayList<>(
            List.of(
                "set statement_timeout = 0",
                "set lock_timeout = 0",
                "set idle_in_transaction_session_timeout = 0",
                "set default_transaction_read_only = on",
                // Rows that a policy hides fail the query instead of not being there.
                "set row_security = off"));
    if (release >= IDLE_SESSION_TIMEOUT) {
      all.add("set idle_session_timeout = 0");
    }
    if (release >= TRANSACTION_TIMEOUT) {
      all.add("set transaction_timeout = 0");
    }
    all.addAll(PostgresTypes.SESSION);
    // What the driver is given as one statement is one round trip.
    Query.run(connection, String.join("; ", all));
  }

  @Override
  public String defaultOwner(Connection connection) throws SQLException {
    // Null where nothing of the search path exists.
    return Query.text(connection, "select coalesce(current_schema(), 'public')");
  }

  @Override
  public List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    return PostgresCatalog.tables(connection, owner, search);
  }

  @Override
  public Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return PostgresCatalog.table(connection, name);
  }

  @Override
  public List<Column> columns(Connection connection, TableName name) throws SQLException {
    return PostgresCatalog.columns(connection, quote(name));
  }

  @Override
  public Optional<Hidden> hidden(Connection connection, TableName table, boolean named)
      throws SQLException {
    return PostgresCatalog.hidden(connection, quote(table), named);
  }

  @Override
  public String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  public TypeTable types() {
    return new PostgresTypes();
  }

  @Override
  public Snapshot openSnapshot(Source source, int sessions) throws SQLException {
    return PostgresSnapshot.open(source, InstantSource.system());
  }

  @Override
  public Snapshot openSnapshotForOne(Source source) throws SQLException {
    return PostgresSnapshot.openForOne(source, InstantSource.system());
  }

  @Override
  public Split split(Connection connection, TableInfo table, long chunkRows) throws SQLException {
    String quoted = quote(table.name());
    int release = connection.getMetaData().getDatabaseMajorVersion();
    if (release < TID_RANGE_SCANS) {
      return Split.oneCursor(
          quoted, table.rows(), "PostgreSQL %d has no TID range scans".formatted(release));
    }
    List<PostgresCatalog.Heap> heaps = PostgresCatalog.heaps(connection, quoted);
    for (PostgresCatalog.Heap heap : heaps) {
      if (!heap.obstacle().isEmpty()) {
        return Split.oneCursor(quoted, table.rows(), heap.obstacle());
      }
    }
    return heaps.isEmpty()
        ? Split.oneCursor(quoted, table.rows(), "the partitioned table has no partition")
        : CtidRanges.of(heaps, chunkRows);
  }

  @Override
  public RowCursor rows(Connection session, RowQuery query, EncodeCounters counters)
      throws SQLException {
    var copy = CopyCursor.open(session, query, counters);
    if (copy.isPresent()) {
      return copy.get();
    }
    // The statement's own cancel sends nothing while further rows are fetched.
    PGConnection driver = session.unwrap(PGConnection.class);
    return new ResultSetCursor(session, query, counters, (_, _) -> driver.cancelQuery());
  }

  @Override
  public Optional<String> outsideOfSnapshots(Connection connection, TableName table)
      throws SQLException {
    return PostgresCatalog.isForeign(connection, quote(table))
        ? Optional.of("a foreign table is read as its own server has it at that moment")
        : Optional.empty();
  }

  @Override
  public String toReadInParallel() {
    return "name the table behind a view instead of it, let the user read each partition, or name a"
        + " column of whole numbers that an index begins with in table_options.split_column";
  }

  @Override
  public boolean splitsBy(Column column) {
    return switch (column.type()) {
      case "int2", "int4", "int8" -> true;
      default -> false;
    };
  }

  @Override
  public SourceFailure classify(SQLException failure) {
    SQLException root = StandardFailure.root(failure);
    if (failure instanceof SnapshotGoneException) {
      return SourceFailure.SNAPSHOT_LOST;
    }
    String state = StandardFailure.state(root);
    return switch (state) {
      case QUERY_CANCELED -> SourceFailure.CANCELLED;
      case SNAPSHOT_TOO_OLD -> SourceFailure.SNAPSHOT_LOST;
      case INSUFFICIENT_PRIVILEGE -> SourceFailure.DENIED;
      default -> {
        if (UNDEFINED_TABLE_SCHEMA_COLUMN.contains(state)) {
          yield SourceFailure.CHANGED;
        }
        boolean passes = state.length() == 5 && TRANSIENT.contains(state.substring(0, 2));
        yield passes
            ? SourceFailure.TRANSIENT
            : StandardFailure.of(root).orElse(SourceFailure.PERMANENT);
      }
    };
  }
}
