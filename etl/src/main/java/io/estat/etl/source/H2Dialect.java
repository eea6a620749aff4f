package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.H2Types;
import io.estat.etl.encode.TypeTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** H2 from release 2 on, in any of its modes. One session reads at one point in time. */
final class H2Dialect implements Dialect {
  /** H2's own isolation level above those of JDBC; org.h2.engine.Constants.TRANSACTION_SNAPSHOT. */
  private static final int SNAPSHOT = 6;

  /** From org.h2.api.ErrorCode. */
  private static final int CANCELED = 57014;

  private static final int LOCK_TIMEOUT = 50200;
  private static final int NOT_ENOUGH_RIGHTS = 90096;
  private static final int WRONG_USER_OR_PASSWORD = 28000;
  private static final List<Integer> NO_TABLE_OR_COLUMN = List.of(42102, 42103, 42104, 42122);
  private static final List<Integer> CONNECTION_BROKEN = List.of(90007, 90067, 90098, 90121);

  private static final List<String> NO_FILE =
      List.of("JDBC:H2:MEM:", "JDBC:H2:TCP:", "JDBC:H2:SSL:");

  private static final String TABLES =
      """
      select t.table_schema, t.table_name, t.row_count_estimate,
        (select count(*) from information_schema.columns c
         where c.table_schema = t.table_schema and c.table_name = t.table_name)
      from information_schema.tables t
      where t.table_schema <> 'INFORMATION_SCHEMA' and t.table_schema <> 'information_schema'
      """;

  private static final String COLUMNS =
      """
      select column_name, data_type, interval_type,
        coalesce(character_maximum_length, datetime_precision, numeric_precision, -1),
        coalesce(numeric_scale, datetime_precision, -1),
        is_nullable
      from information_schema.columns where table_schema = ? and table_name = ?
      order by ordinal_position
      """;

  @Override
  public String name() {
    return "h2";
  }

  @Override
  public boolean accepts(String jdbcUrl) {
    return jdbcUrl.startsWith("jdbc:h2:");
  }

  /**
   * A file that is not there is not made: the source is only read. And a signal does not close it
   * below a job that is about to be told to end, where H2 can do without: with AUTO_SERVER it
   * cannot. What the URL says itself wins.
   */
  @Override
  public Map<String, String> driverProperties(SourceSettings settings) {
    String url = settings.url().toUpperCase(Locale.ROOT);
    if (NO_FILE.stream().anyMatch(url::startsWith)) {
      return Map.of();
    }
    Map<String, String> properties = new HashMap<>();
    if (!url.contains(";IFEXISTS=")) {
      properties.put("IFEXISTS", "TRUE");
    }
    if (!url.contains(";DB_CLOSE_ON_EXIT=") && !url.contains(";AUTO_SERVER=")) {
      properties.put("DB_CLOSE_ON_EXIT", "FALSE");
    }
    return properties;
  }

  @Override
  public void prepare(Connection connection, SourceSettings settings) throws SQLException {
    // Lazy: without it the whole result is in memory or in a file before its first row is seen.
    Query.run(
        connection, "set time zone 'UTC'", "set lazy_query_execution 1", "set query_timeout 0");
  }

  @Override
  public String defaultOwner(Connection connection) throws SQLException {
    return connection.getSchema();
  }

  @Override
  public List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    // In Oracle mode an empty text is NULL, so an absent owner is an absent condition.
    var sql = new StringBuilder(TABLES).append(" and upper(t.table_name) like upper(?) escape '!'");
    var binds = new ArrayList<Object>(List.of(Query.like(search)));
    if (!owner.isEmpty()) {
      sql.append(" and t.table_schema = ?");
      binds.add(owner);
    }
    return Query.list(
        connection, sql.append(" order by 1, 2").toString(), H2Dialect::tableInfo, binds.toArray());
  }

  @Override
  public Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return Query.first(
        connection,
        TABLES + " and t.table_schema = ? and t.table_name = ?",
        H2Dialect::tableInfo,
        String.valueOf(name.owner()),
        name.name());
  }

  private static TableInfo tableInfo(ResultSet row) throws SQLException {
    var name = new TableName(row.getString(1), row.getString(2));
    long rows = row.getLong(3);
    return new TableInfo(name, row.wasNull() ? -1 : rows, -1, row.getInt(4));
  }

  @Override
  public List<Column> columns(Connection connection, TableName name) throws SQLException {
    return Query.list(
        connection, COLUMNS, H2Dialect::column, String.valueOf(name.owner()), name.name());
  }

  private static Column column(ResultSet row) throws SQLException {
    String interval = row.getString(3);
    String type = row.getString(2) + (interval == null ? "" : " " + interval);
    long precision = row.getLong(4);
    return new Column(
        row.getString(1),
        type,
        (int) Math.min(precision, Integer.MAX_VALUE),
        row.getInt(5),
        row.getString(6).equals("YES"));
  }

  @Override
  public String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  public TypeTable types() {
    return new H2Types();
  }

  @Override
  public Snapshot openSnapshot(Source source, int sessions) throws SQLException {
    Connection session = source.connection();
    try {
      session.setAutoCommit(false);
      session.setTransactionIsolation(SNAPSHOT);
      // The first statement fixes what the transaction sees, of all tables.
      Query.text(session, "select 1");
      var age = new SnapshotAge(source.settings().maxSnapshotAge(), InstantSource.system());
      return new HeldSnapshot("one session", "H2 cannot share a snapshot", List.of(session), age);
    } catch (SQLException | RuntimeException e) {
      HeldSnapshot.end(session);
      throw e;
    }
  }

  @Override
  public Split split(Connection connection, TableInfo table, long chunkRows) {
    return Split.oneCursor(quote(table.name()), table.rows(), "H2 cannot share a snapshot");
  }

  @Override
  public String toReadInParallel() {
    return "nothing has to be done; with etl.snapshot set to chunk, table_options.split_column lets"
        + " several workers read it at different points in time";
  }

  @Override
  public boolean splitsBy(Column column) {
    return switch (column.type()) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "NUMERIC" -> true;
      default -> false;
    };
  }

  @Override
  public SourceFailure classify(SQLException failure) {
    SQLException root = StandardFailure.root(failure);
    int code = root.getErrorCode();
    if (code == CANCELED) {
      return SourceFailure.CANCELLED;
    }
    if (code == NOT_ENOUGH_RIGHTS || code == WRONG_USER_OR_PASSWORD) {
      return SourceFailure.DENIED;
    }
    if (NO_TABLE_OR_COLUMN.contains(code)) {
      return SourceFailure.CHANGED;
    }
    if (code == LOCK_TIMEOUT || CONNECTION_BROKEN.contains(code)) {
      return SourceFailure.TRANSIENT;
    }
    return StandardFailure.of(root).orElse(SourceFailure.PERMANENT);
  }
}
