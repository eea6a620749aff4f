package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Oracle's static data dictionary: the ALL_ views show what this user may read, DBA_EXTENTS is for
 * those who were granted it.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/static-data-dictionary-views.html">
 *     Static Data Dictionary Views</a>
 */
final class OracleCatalog {
  /** Nested tables and those that belong to an index or a queue are parts of others. */
  static final String TABLES =
      """
      select t.owner, t.table_name, t.table_rows, t.table_bytes,
        (select count(*) from all_tab_columns c
         where c.owner = t.owner and c.table_name = t.table_name)
      from (
        select owner, table_name, num_rows table_rows, num_rows * avg_row_len table_bytes
        from all_tables
        where nested = 'NO' and secondary = 'N' and dropped = 'NO'
          and (iot_type is null or iot_type = 'IOT')
        union all
        select owner, view_name, null, null from all_views) t
      where t.owner not in (select username from all_users where oracle_maintained = 'Y')
      """;

  static final String OF_OWNER = " and t.owner = ?";
  static final String NAMED_LIKE = " and upper(t.table_name) like upper(?) escape '!'";
  static final String EXACT = " and t.owner = ? and t.table_name = ?";
  static final String IN_ORDER = " order by 1, 2";

  static final String COLUMNS =
      """
      select column_name, data_type, data_type_owner,
        case when char_length > 0 then char_length when data_type = 'RAW' then data_length
          else data_precision end,
        data_scale, nullable
      from all_tab_columns where owner = ? and table_name = ?
      order by column_id
      """;

  /**
   * Where a table's rows lie, in the order of their ROWIDs. Extents of its partitions carry the
   * partition's name and data object.
   */
  static final String EXTENTS =
      """
      select o.data_object_id, e.relative_fno, e.block_id, e.blocks
      from dba_extents e
      join all_objects o on o.owner = e.owner and o.object_name = e.segment_name
        and o.object_type = e.segment_type
        and (o.subobject_name = e.partition_name
          or (o.subobject_name is null and e.partition_name is null))
      where e.owner = ? and e.segment_name = ?
        and e.segment_type in ('TABLE', 'TABLE PARTITION', 'TABLE SUBPARTITION')
        and o.data_object_id is not null
      order by dbms_rowid.rowid_create(1, o.data_object_id, e.relative_fno, e.block_id, 0)
      """;

  static final String SUBPARTITIONS =
      """
      select subpartition_name, num_rows from all_tab_subpartitions
      where table_owner = ? and table_name = ?
      order by partition_name, subpartition_position
      """;

  static final String PARTITIONS =
      """
      select partition_name, num_rows from all_tab_partitions
      where table_owner = ? and table_name = ?
      order by partition_position
      """;

  static final String PRIMARY_KEY =
      """
      select c.column_name
      from all_constraints k
      join all_cons_columns c on c.owner = k.owner and c.constraint_name = k.constraint_name
      where k.owner = ? and k.table_name = ? and k.constraint_type = 'P' and k.status = 'ENABLED'
      order by c.position
      """;

  /** ORA-00942 table or view does not exist, ORA-01031 and ORA-41900 a privilege is missing. */
  private static final Set<Integer> NOT_GRANTED = Set.of(942, 1031, 41900);

  /** Extents of one run of blocks. */
  record Extent(long dataObject, long relativeFile, long block, long blocks) {}

  /** A partition or subpartition by its name. */
  record Partition(String name, long rows) {}

  private OracleCatalog() {}

  static List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    // An empty text is NULL here, so an absent owner is an absent condition.
    var sql = new StringBuilder(TABLES).append(NAMED_LIKE);
    var binds = new ArrayList<Object>(List.of(Query.like(search)));
    if (!owner.isEmpty()) {
      sql.append(OF_OWNER);
      binds.add(owner);
    }
    return Query.list(
        connection, sql.append(IN_ORDER).toString(), OracleCatalog::table, binds.toArray());
  }

  static Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return Query.first(connection, TABLES + EXACT, OracleCatalog::table, binds(name));
  }

  private static TableInfo table(ResultSet row) throws SQLException {
    var name = new TableName(row.getString(1), row.getString(2));
    return new TableInfo(name, orMinusOne(row, 3), orMinusOne(row, 4), row.getInt(5));
  }

  static List<Column> columns(Connection connection, TableName name) throws SQLException {
    return Query.list(connection, COLUMNS, OracleCatalog::column, binds(name));
  }

  private static Column column(ResultSet row) throws SQLException {
    String owner = row.getString(3);
    boolean builtIn = owner == null || owner.equals("SYS") || owner.equals("PUBLIC");
    String type = builtIn ? row.getString(2) : owner + "." + row.getString(2);
    return new Column(
        row.getString(1),
        type,
        (int) orMinusOne(row, 4),
        (int) orMinusOne(row, 5),
        row.getString(6).equals("Y"));
  }

  /** Empty if DBA_EXTENTS is not granted, or the table has no segment of its own. */
  static List<Extent> extents(Connection connection, TableName name) throws SQLException {
    try {
      return Query.list(
          connection,
          EXTENTS,
          row -> new Extent(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
          binds(name));
    } catch (SQLException e) {
      if (NOT_GRANTED.contains(e.getErrorCode())) {
        return List.of();
      }
      throw e;
    }
  }

  /** The parts of a partitioned table, as names or as subpartitions' names. */
  static List<Partition> parts(Connection connection, TableName name, String query)
      throws SQLException {
    return Query.list(
        connection, query, row -> new Partition(row.getString(1), orMinusOne(row, 2)), binds(name));
  }

  static List<String> primaryKey(Connection connection, TableName name) throws SQLException {
    return Query.list(connection, PRIMARY_KEY, row -> row.getString(1), binds(name));
  }

  private static Object[] binds(TableName name) {
    return new Object[] {String.valueOf(name.owner()), name.name()};
  }

  private static long orMinusOne(ResultSet row, int index) throws SQLException {
    long value = row.getLong(index);
    return row.wasNull() ? -1 : value;
  }
}
