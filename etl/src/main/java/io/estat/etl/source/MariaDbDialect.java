package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.MariaDbTypes;
import io.estat.etl.encode.TypeTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** MariaDB and MySQL, through MariaDB's driver. Its driver streams by the fetch size as it is. */
final class MariaDbDialect implements Dialect {
  private static final String MYSQL = "jdbc:mysql:";

  /** Codes of MariaDB's and MySQL's list of server errors. */
  static final int QUERY_INTERRUPTED = 1317;

  private static final int TABLE_DEFINITION_CHANGED = 1412;
  private static final Set<Integer> DENIED = Set.of(1044, 1045, 1142, 1143, 1227, 1698);
  private static final Set<Integer> UNKNOWN_TABLE_DATABASE_COLUMN = Set.of(1049, 1054, 1146);

  /** Too many connections, shutdown, lock timeout, deadlock, too many of a user, killed. */
  private static final Set<Integer> TRANSIENT = Set.of(1040, 1053, 1205, 1213, 1203, 1226, 1927);

  @Override
  public String name() {
    return "mariadb";
  }

  @Override
  public boolean accepts(String jdbcUrl) {
    return jdbcUrl.startsWith("jdbc:mariadb:") || jdbcUrl.startsWith(MYSQL);
  }

  @Override
  public String driverUrl(String jdbcUrl) {
    return jdbcUrl.startsWith(MYSQL)
        ? "jdbc:mariadb:" + jdbcUrl.substring(MYSQL.length())
        : jdbcUrl;
  }

  @Override
  public Map<String, String> driverProperties(SourceSettings settings) {
    return Map.of("connectionAttributes", "program_name:" + settings.application());
  }

  @Override
  public void prepare(Connection connection, SourceSettings settings) throws SQLException {
    boolean mariaDb = MariaDbCatalog.isMariaDb(connection);
    Query.run(connection, MariaDbTypes.SESSION.toArray(String[]::new));
    Query.run(
        connection,
        "set session transaction read only",
        mariaDb ? "set session max_statement_time = 0" : "set session max_execution_time = 0",
        // A worker that waits for its store reads nothing meanwhile, and a held session idles.
        "set session net_write_timeout = 3600",
        "set session wait_timeout = 86400");
  }

  @Override
  public String defaultOwner(Connection connection) throws SQLException {
    return Query.text(connection, "select coalesce(database(), '')");
  }

  @Override
  public List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    return MariaDbCatalog.tables(connection, owner, search);
  }

  @Override
  public Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return MariaDbCatalog.table(connection, name);
  }

  @Override
  public List<Column> columns(Connection connection, TableName name) throws SQLException {
    return MariaDbCatalog.columns(connection, name);
  }

  @Override
  public Optional<Hidden> hidden(Connection connection, TableName table, boolean named)
      throws SQLException {
    if (named) {
      return Optional.empty();
    }
    // The catalog does not show columns that this user may not read, not even how many there are.
    try {
      Query.list(connection, "select * from " + Split.noRows(quote(table), ""), row -> "");
      return Optional.empty();
    } catch (SQLException e) {
      if (classify(e) != SourceFailure.DENIED) {
        throw e;
      }
      return Optional.of(
          new Hidden(
              "this user may not read all of its columns (%s); grant select on them, or name those to be read in table_options.columns"
                  .formatted(e.getMessage()),
              null));
    }
  }

  @Override
  public String quote(String identifier) {
    return '`' + identifier.replace("`", "``") + '`';
  }

  @Override
  public TypeTable types() {
    return new MariaDbTypes();
  }

  @Override
  public Snapshot openSnapshot(Source source, int sessions) throws SQLException {
    return MariaDbSnapshot.open(source, sessions);
  }

  @Override
  public RowCursor rows(Connection session, RowQuery query, EncodeCounters counters)
      throws SQLException {
    return new ResultSetCursor(session, query, counters, new MariaDbStop());
  }

  @Override
  public Split split(Connection connection, TableInfo table, long chunkRows) throws SQLException {
    String quoted = quote(table.name());
    String engine = MariaDbCatalog.engine(connection, table.name());
    if (!engine.equals("InnoDB")) {
      String reason =
          engine.isEmpty() ? "a view has no key" : engine + " knows no snapshot, only InnoDB does";
      return Split.oneCursor(quoted, table.rows(), reason);
    }
    List<String> key = MariaDbCatalog.primaryKey(connection, table.name());
    if (key.isEmpty()) {
      return Split.oneCursor(quoted, table.rows(), "it has no primary key");
    }
    // Of a key of several columns the first: what is equal in it stays together.
    Column column =
        columns(connection, table.name()).stream()
            .filter(candidate -> candidate.name().equals(key.getFirst()))
            .findFirst()
            .orElseThrow();
    return splitsBy(column)
        ? KeyRanges.of(this, connection, table, column, chunkRows)
        : Split.oneCursor(
            quoted, table.rows(), "its primary key does not begin with a whole number");
  }

  @Override
  public boolean splitsBy(Column column) {
    return switch (column.type().replace(" unsigned", "")) {
      case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal" -> true;
      default -> false;
    };
  }

  @Override
  public boolean hashComments() {
    return true;
  }

  /** What elsewhere is a schema is a catalog here. */
  @Override
  public boolean leadsAnIndex(Connection connection, TableName table, String column)
      throws SQLException {
    try (ResultSet indexes =
        connection.getMetaData().getIndexInfo(table.owner(), null, table.name(), false, true)) {
      return Indexes.isFirst(indexes, column);
    }
  }

  @Override
  public Optional<String> outsideOfSnapshots(Connection connection, TableName table)
      throws SQLException {
    return Optional.of(MariaDbCatalog.engine(connection, table))
        .filter(engine -> !engine.isEmpty() && !engine.equals("InnoDB"))
        .map(engine -> "the engine %s knows no snapshot, only InnoDB does".formatted(engine));
  }

  @Override
  public String toReadInParallel() {
    return "have the server write a binary log or set mariadb.allow_lock, and give the table a"
        + " primary key of one whole number or name such a column with an index in"
        + " table_options.split_column";
  }

  @Override
  public SourceFailure classify(SQLException failure) {
    SQLException root = StandardFailure.root(failure);
    int code = root.getErrorCode();
    if (code == QUERY_INTERRUPTED) {
      return SourceFailure.CANCELLED;
    }
    if (code == TABLE_DEFINITION_CHANGED) {
      return SourceFailure.SNAPSHOT_LOST;
    }
    if (DENIED.contains(code)) {
      return SourceFailure.DENIED;
    }
    if (UNKNOWN_TABLE_DATABASE_COLUMN.contains(code)) {
      return SourceFailure.CHANGED;
    }
    return TRANSIENT.contains(code)
        ? SourceFailure.TRANSIENT
        : StandardFailure.of(root).orElse(SourceFailure.PERMANENT);
  }
}
