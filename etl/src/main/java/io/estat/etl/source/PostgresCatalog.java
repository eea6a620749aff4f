package io.estat.etl.source;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL's catalog: what this user may read.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">System Catalogs</a>
 */
final class PostgresCatalog {
  /** The estimate of a partitioned table that was never analyzed is that of its partitions. */
  private static final String TABLES =
      """
      select n.nspname, c.relname,
        case when c.relkind = 'p'
          then (select coalesce(sum(greatest(l.reltuples, 0)), -1)
                from pg_partition_tree(c.oid) p join pg_class l on l.oid = p.relid where p.isleaf)
          else c.reltuples end::bigint,
        case when c.relkind = 'p'
          then (select coalesce(sum(pg_table_size(p.relid)), 0)
                from pg_partition_tree(c.oid) p where p.isleaf)
          when c.relkind in ('r', 'm') then pg_table_size(c.oid)
          else -1 end::bigint,
        (select count(*) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f')
        and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like 'pg!_toast%' escape '!'
        and n.nspname not like 'pg!_temp!_%' escape '!'
        and has_schema_privilege(n.oid, 'usage')
        and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))
      """;

  /**
   * A domain is its base type with the base type's declared length, also as element of an array;
   * types that are not the database's own are named with their schema, since anybody may call a
   * type {@code date} or {@code _text}. Columns this user may not read are left out.
   */
  private static final String COLUMNS =
      """
      with recursive base (attnum, typid, typmod, brackets) as (
        select a.attnum, a.atttypid, a.atttypmod, '' from pg_attribute a
        where a.attrelid = ?::regclass::oid and a.attnum > 0 and not a.attisdropped
        union all
        select b.attnum,
          case when t.typtype = 'd' then t.typbasetype else e.oid end,
          case when t.typtype = 'd' and b.typmod = -1 then t.typtypmod else b.typmod end,
          case when t.typtype = 'd' then b.brackets else b.brackets || '[]' end
        from base b
        join pg_type t on t.oid = b.typid
        left join pg_type e on e.oid = t.typelem and e.typarray = t.oid
        where t.typtype = 'd' or e.oid is not null)
      select a.attname,
        case when n.nspname = 'pg_catalog' then t.typname
          else format('%I.%I', n.nspname, t.typname) end || b.brackets,
        b.typmod, not a.attnotnull
      from pg_attribute a
      join base b on b.attnum = a.attnum
      join pg_type t on t.oid = b.typid and t.typtype <> 'd'
      join pg_namespace n on n.oid = t.typnamespace
      where a.attrelid = ?::regclass::oid and has_column_privilege(a.attrelid, a.attnum, 'select')
        and not exists (select from pg_type e where e.oid = t.typelem and e.typarray = t.oid)
      order by a.attnum
      """;

  /** Before the declared length of a character type and the packed digits of a numeric. */
  private static final int HEADER = 4;

  private PostgresCatalog() {}

  static List<TableInfo> tables(Connection connection, String owner, String search)
      throws SQLException {
    return Query.list(
        connection,
        TABLES + " and (? = '' or n.nspname = ?) and c.relname ilike ? escape '!' order by 1, 2",
        PostgresCatalog::table,
        owner,
        owner,
        Query.like(search));
  }

  static Optional<TableInfo> table(Connection connection, TableName name) throws SQLException {
    return Query.first(
        connection,
        TABLES + " and n.nspname = ? and c.relname = ?",
        PostgresCatalog::table,
        String.valueOf(name.owner()),
        name.name());
  }

  private static TableInfo table(ResultSet row) throws SQLException {
    var name = new TableName(row.getString(1), row.getString(2));
    return new TableInfo(name, row.getLong(3), row.getLong(4), row.getInt(5));
  }

  /**
   * @param quoted the table as SQL
   */
  static List<Column> columns(Connection connection, String quoted) throws SQLException {
    return Query.list(connection, COLUMNS, PostgresCatalog::column, quoted, quoted);
  }

  private static Column column(ResultSet row) throws SQLException {
    String type = row.getString(2);
    int modifier = row.getInt(3);
    int precision = -1;
    int scale = -1;
    if (modifier >= 0) {
      switch (type.replace("[]", "")) {
        case "numeric" -> {
          precision = ((modifier - HEADER) >> 16) & 0xFFFF;
          // Eleven bits and a sign: since 15 a scale may be negative.
          scale = (((modifier - HEADER) & 0x7FF) ^ 1024) - 1024;
        }
        case "varchar", "bpchar" -> precision = modifier - HEADER;
        case "bit", "varbit" -> precision = modifier;
        case "time", "timetz", "timestamp", "timestamptz" -> scale = modifier;
        // Low half: the digits, or all ones where only the fields are declared.
        case "interval" -> scale = (modifier & 0xFFFF) == 0xFFFF ? -1 : modifier & 0xFFFF;
        default -> {}
      }
    }
    return new Column(row.getString(1), type, precision, scale, row.getBoolean(4));
  }

  /** The first says so whether policies are in force for this user or, as here, fail the query. */
  private static final String HIDDEN =
      """
      select row_security_active(c.oid),
        (select string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and not has_column_privilege(a.attrelid, a.attnum, 'select'))
      from pg_class c where c.oid = ?::regclass::oid
      """;

  /**
   * @param quoted the table as SQL
   */
  static Optional<Hidden> hidden(Connection connection, String quoted, boolean named)
      throws SQLException {
    return Query.first(connection, HIDDEN, row -> hidden(row, named), quoted)
        .flatMap(found -> found);
  }

  private static Optional<Hidden> hidden(ResultSet row, boolean named) throws SQLException {
    if (row.getBoolean(1)) {
      // No policy helps: sessions run with row_security off.
      return Optional.of(
          new Hidden(
              "row security hides rows of it from this user",
              "give the user BYPASSRLS (ALTER ROLE ... BYPASSRLS), or read a view of the table's"
                  + " owner that has the rows you mean; GRANT SELECT does not help"));
    }
    String columns = row.getString(2);
    return named || columns == null
        ? Optional.empty()
        : Optional.of(
            new Hidden(
                "this user may not read its columns %s; grant select on them, or name those to be read in table_options.columns"
                    .formatted(columns),
                null));
  }

  /**
   * Where the rows of a table lie.
   *
   * @param relation the table or one partition, as SQL
   * @param obstacle why it cannot be read by ranges of pages, or empty
   */
  record Heap(String relation, long pages, long rows, String obstacle) {}

  private static final String HEAPS =
      """
      select format('%I.%I', n.nspname, c.relname),
        case when c.relkind in ('r', 'm')
          then pg_relation_size(c.oid) / current_setting('block_size')::bigint else 0 end,
        c.reltuples::bigint,
        case
          when c.relkind = 'v' then 'a view has no pages'
          when c.relkind = 'f'
            then 'the foreign table ' || c.relname || ' has no pages, and its server does not know the snapshot: '
              || 'its rows are those of the moment at which they are read'
          when c.relkind not in ('r', 'm') then 'it has no pages'
          when m.amname <> 'heap' then 'the access method ' || m.amname || ' is not heap'
          when not has_schema_privilege(n.oid, 'usage') or not has_table_privilege(c.oid, 'select')
            then 'this user may not read all columns of ' || c.relname || ' itself'
          when c.relrowsecurity and p.relid <> p.root
            then 'the partition ' || c.relname || ' has row security of its own'
          when exists (select from pg_inherits i where i.inhparent = c.oid)
            then 'other tables inherit from it'
          else '' end,
        p.rootsecurity
      from (
        select ?::regclass::oid as root, ?::regclass::oid as relid, false as rootsecurity
          where (select relkind from pg_class where oid = ?::regclass::oid) <> 'p'
        union all
        select r.oid, t.relid::oid, r.relrowsecurity
        from pg_class r, pg_partition_tree(r.oid) t
        where r.oid = ?::regclass::oid and r.relkind = 'p' and t.isleaf) p
      join pg_class c on c.oid = p.relid
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_am m on m.oid = c.relam
      order by c.oid
      """;

  /**
   * @param quoted the table as SQL
   */
  static boolean isForeign(Connection connection, String quoted) throws SQLException {
    String sql = "select relkind = 'f' from pg_class where oid = ?::regclass::oid";
    return Query.first(connection, sql, row -> row.getBoolean(1), quoted).orElse(false);
  }

  /** The table, or the leaves of a partitioned one. */
  static List<Heap> heaps(Connection connection, String quoted) throws SQLException {
    return Query.list(connection, HEAPS, PostgresCatalog::heap, quoted, quoted, quoted, quoted);
  }

  private static Heap heap(ResultSet row) throws SQLException {
    String obstacle =
        row.getBoolean(5) ? "the partitioned table has row security" : row.getString(4);
    return new Heap(row.getString(1), row.getLong(2), row.getLong(3), obstacle);
  }
}
