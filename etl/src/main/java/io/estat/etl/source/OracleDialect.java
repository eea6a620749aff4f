package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.OracleTypes;
import io.estat.etl.encode.TypeTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Oracle Database from release 12.2 on. */
final class OracleDialect implements Dialect {
  static final String CURRENT_SCHEMA = "select sys_context('USERENV', 'CURRENT_SCHEMA') from dual";

  private final boolean allowParallelExecute;

  OracleDialect() {
    this(false);
  }

  private OracleDialect(boolean allowParallelExecute) {
    this.allowParallelExecute = allowParallelExecute;
  }

  @Override
  public Dialect of(SourceSettings settings) {
    return new OracleDialect(settings.allowParallelExecute());
  }

  @Override
  public String name() {
    return "oracle";
  }

  @Override
  public boolean accepts(String jdbcUrl) {
    return jdbcUrl.startsWith("jdbc:oracle:");
  }

  @Override
  public Map<String, String> driverProperties(SourceSettings settings) {
    return Map.of(
        "v$session.program",
        settings.application(),
        "defaultRowPrefetch",
        Integer.toString(settings.prefetchRows()),
        "oracle.net.keepAlive",
        "true");
  }

  @Override
  public void prepare(Connection connection, SourceSettings settings) throws SQLException {
    // Travel with the next call: module and action of V$SESSION.
    connection.setClientInfo("OCSID.MODULE", settings.application());
    connection.setClientInfo("OCSID.ACTION", "extract");
    Query.run(connection, OracleTypes.SESSION.toArray(String[]::new));
  }

  @Override
  public SQLException explain(SQLException failure, SourceSettings settings) {
    return OracleFailures.isOfWallet(failure)
        ? OracleFailures.explainWallet(
            failure, settings.properties().get("oracle.net.wallet_location"))
        : failure;
  }

  @Override
  public String defaultOwner(Connection connection) throws SQLException {
    return Query.text(connection, CURRENT_SCHEMA);
  }

  @Override
  public List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    return OracleCatalog.tables(connection, owner, search);
  }

  @Override
  public Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return OracleCatalog.table(connection, name);
  }

  @Override
  public List<Column> columns(Connection connection, TableName name) throws SQLException {
    return OracleCatalog.columns(connection, name);
  }

  /** Oracle allows no double quote in a name; doubled, one cannot end it. */
  @Override
  public String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  public TypeTable types() {
    return new OracleTypes();
  }

  @Override
  public Snapshot openSnapshot(Source source, int sessions) throws SQLException {
    return OracleSnapshot.open(source);
  }

  @Override
  public Optional<Duration> undoRetention(Connection connection) throws SQLException {
    return OracleSnapshot.undoRetention(connection);
  }

  @Override
  public boolean hasDurableSnapshots() {
    return true;
  }

  @Override
  public Snapshot reopenSnapshot(Source source, String id, Instant takenAt) {
    return OracleSnapshot.reopen(source, id, takenAt);
  }

  /**
   * The ladder: ROWID ranges, by extents or by the package that may be allowed, partitions, ranges
   * of the primary key, one cursor.
   */
  @Override
  public Split split(Connection connection, TableInfo table, long chunkRows) throws SQLException {
    String quoted = quote(table.name());
    var extents = OracleCatalog.extents(connection, table.name());
    if (!extents.isEmpty()) {
      return RowidRanges.of(quoted, table.rows(), extents, chunkRows);
    }
    if (allowParallelExecute) {
      Optional<Split> cut = byParallelExecute(connection, table, chunkRows);
      if (cut.isPresent()) {
        return cut.get();
      }
    }
    var parts = OracleCatalog.parts(connection, table.name(), OracleCatalog.SUBPARTITIONS);
    if (!parts.isEmpty()) {
      return partitions(quoted, "subpartition", parts);
    }
    parts = OracleCatalog.parts(connection, table.name(), OracleCatalog.PARTITIONS);
    if (!parts.isEmpty()) {
      return partitions(quoted, "partition", parts);
    }
    List<String> key = OracleCatalog.primaryKey(connection, table.name());
    Optional<Column> column =
        columns(connection, table.name()).stream()
            .filter(candidate -> key.equals(List.of(candidate.name())) && splitsBy(candidate))
            .findFirst();
    return column.isPresent()
        ? KeyRanges.of(this, connection, table, column.get(), chunkRows)
        : Split.oneCursor(
            quoted,
            table.rows(),
            "DBA_EXTENTS shows no extents (grant select on it), and it has neither partitions nor a primary key of one number");
  }

  /** Empty if the package refuses; the rungs below need nothing of it. */
  private Optional<Split> byParallelExecute(Connection connection, TableInfo table, long chunkRows)
      throws SQLException {
    try {
      List<String> beginnings = ParallelExecute.beginnings(connection, table.name(), chunkRows);
      return Optional.of(RowidRanges.ofBeginnings(quote(table.name()), table.rows(), beginnings));
    } catch (SQLException e) {
      if (classify(e) == SourceFailure.TRANSIENT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * @param kind {@code partition} or {@code subpartition}
   */
  Split partitions(String table, String kind, List<OracleCatalog.Partition> parts) {
    var ranges = new ArrayList<Split.Range>();
    for (OracleCatalog.Partition part : parts) {
      String from = "%s %s (%s)".formatted(table, kind, quote(part.name()));
      ranges.add(new Split.Range(from, "", List.of(), part.rows()));
    }
    return new Split("partitions", "DBA_EXTENTS shows no extents (grant select on it)", ranges);
  }

  @Override
  public boolean splitsBy(Column column) {
    return column.type().equals("NUMBER");
  }

  /** Rows are read AS OF SCN. */
  @Override
  public String grant(TableName table, String user) {
    return "GRANT SELECT, FLASHBACK ON %s TO %s".formatted(quote(table), user);
  }

  @Override
  public String toReadInParallel() {
    return "grant select on sys.dba_extents to the user, or name a column of whole numbers that an"
        + " index begins with in table_options.split_column";
  }

  @Override
  public SourceFailure classify(SQLException failure) {
    return failure instanceof SnapshotGoneException
        ? SourceFailure.SNAPSHOT_LOST
        : OracleFailures.classify(failure);
  }
}
