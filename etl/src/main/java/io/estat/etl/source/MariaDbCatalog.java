package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The information schema of MariaDB and MySQL; it compares names without case, so that the bytes
 * are compared, too.
 *
 * @see <a href="https://mariadb.com/kb/en/information-schema-tables/">Information Schema Tables</a>
 */
final class MariaDbCatalog {
  private static final String TABLES =
      """
      select t.table_schema, t.table_name, t.table_rows, t.data_length,
        (select count(*) from information_schema.columns c
         where c.table_schema = t.table_schema and c.table_name = t.table_name
           and binary c.table_schema = binary t.table_schema and binary c.table_name = binary t.table_name)
      from information_schema.tables t
      where t.table_type in ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
        and t.table_schema not in ('information_schema', 'performance_schema', 'mysql', 'sys')
      """;

  private static final String COLUMNS =
      """
      select column_name, data_type,
        numeric_precision is not null and column_type like '% unsigned%',
        coalesce(character_maximum_length, numeric_precision, -1),
        coalesce(numeric_scale, datetime_precision, -1),
        is_nullable
      from information_schema.columns
      where table_schema = ? and table_name = ?
        and binary table_schema = binary ? and binary table_name = binary ?
      order by ordinal_position
      """;

  /** MariaDB's JSON is a LONGTEXT with a check of its own. */
  private static final String CHECKED_JSON =
      """
      select check_clause from information_schema.check_constraints
      where constraint_schema = ? and table_name = ?
        and binary constraint_schema = binary ? and binary table_name = binary ?
      """;

  private static final String PRIMARY_KEY =
      """
      select column_name from information_schema.key_column_usage
      where table_schema = ? and table_name = ?
        and binary table_schema = binary ? and binary table_name = binary ?
        and constraint_name = 'PRIMARY'
      order by ordinal_position
      """;

  private static final String ENGINE =
      """
      select engine from information_schema.tables
      where table_schema = ? and table_name = ?
        and binary table_schema = binary ? and binary table_name = binary ?
      """;

  private MariaDbCatalog() {}

  /** Twice: first for the lookup by name, then for its bytes. */
  private static Object[] twice(TableName name) {
    String owner = String.valueOf(name.owner());
    return new Object[] {owner, name.name(), owner, name.name()};
  }

  static List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    return Query.list(
            connection,
            TABLES
                + " and (? = '' or t.table_schema = ?) and t.table_name like ? escape '!' order by 1, 2",
            MariaDbCatalog::table,
            owner,
            owner,
            Query.like(search))
        .stream()
        .filter(table -> owner.isEmpty() || owner.equals(table.name().owner()))
        .toList();
  }

  static Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return Query.list(
            connection,
            TABLES + " and t.table_schema = ? and t.table_name = ?",
            MariaDbCatalog::table,
            String.valueOf(name.owner()),
            name.name())
        .stream()
        .filter(table -> table.name().equals(name))
        .findFirst();
  }

  private static TableInfo table(ResultSet row) throws SQLException {
    long rows = row.getLong(3);
    rows = row.wasNull() ? -1 : rows;
    long bytes = row.getLong(4);
    bytes = row.wasNull() ? -1 : bytes;
    var name = new TableName(row.getString(1), row.getString(2));
    return new TableInfo(name, rows, bytes, row.getInt(5));
  }

  static List<Column> columns(Connection connection, TableName name) throws SQLException {
    Set<String> checks =
        isMariaDb(connection)
            ? Set.copyOf(Query.list(connection, CHECKED_JSON, row -> row.getString(1), twice(name)))
            : Set.of();
    return Query.list(connection, COLUMNS, row -> column(row, checks), twice(name));
  }

  private static Column column(ResultSet row, Set<String> checks) throws SQLException {
    String name = row.getString(1);
    String type = row.getString(2);
    if (row.getBoolean(3)) {
      type += " unsigned";
    }
    if (type.equals("longtext")
        && checks.contains("json_valid(`%s`)".formatted(name.replace("`", "``")))) {
      type = "json";
    }
    int precision = (int) Math.min(row.getLong(4), Integer.MAX_VALUE);
    return new Column(name, type, precision, row.getInt(5), row.getString(6).equals("YES"));
  }

  static boolean isMariaDb(Connection connection) throws SQLException {
    return Query.text(connection, "select version()").contains("MariaDB");
  }

  /** The columns of the primary key, in its order. */
  static List<String> primaryKey(Connection connection, TableName name) throws SQLException {
    return Query.list(connection, PRIMARY_KEY, row -> row.getString(1), twice(name));
  }

  /** {@code InnoDB}, {@code MyISAM} and the like; empty for a view. */
  static String engine(Connection connection, TableName name) throws SQLException {
    return Query.first(
            connection,
            ENGINE,
            row -> Optional.ofNullable(row.getString(1)).orElse(""),
            twice(name))
        .orElse("");
  }
}
