package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Finds what PostgreSQL does to tables behind the back of a snapshot: TRUNCATE and its like give a
 * table another file and do not ask who still needs the rows as they were, and partitions come and
 * go by the catalog as it is now. Holding a lock against that for hours would stop whoever does it,
 * and behind them everybody else who uses the table.
 *
 * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">Caveats of MVCC</a>
 */
final class RewrittenTables {
  /**
   * The catalog's rows are seen as of the snapshot, while functions tell how it is now: the file of
   * a table, the tree of its partitions, the privilege on a column (null for one that is gone). The
   * locks of the transaction name the tables it has read, also those behind views.
   */
  private static final String FOUND =
      """
      with recursive asked (name) as (select ?::text),
      locked (oid) as (
        select l.relation from pg_locks l
        where l.pid = pg_backend_pid() and l.locktype = 'relation'
          and l.database = (select d.oid from pg_database d where d.datname = current_database())),
      root (oid) as (
        select to_regclass(a.name)::oid from asked a where to_regclass(a.name) is not null
        union select l.oid from locked l),
      below (oid) as (
        select i.inhrelid from pg_inherits i join root r on r.oid = i.inhparent
        union
        select i.inhrelid from pg_inherits i join below b on b.oid = i.inhparent),
      tree (oid, level) as (
        select t.relid::oid, t.level from root r, pg_partition_tree(r.oid) t
        where t.relid is not null)
      select format('%I.%I', n.nspname, c.relname)
      from (select l.oid from locked l union select b.oid from below b) x
      join pg_class c on c.oid = x.oid
      join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm', 'p', 'f') and n.nspname <> 'pg_catalog' and (
        (c.relfilenode <> 0 and c.relfilenode <> pg_relation_filenode(c.oid)
          and c.oid in (select l.oid from locked l))
        or (c.oid in (select l.oid from locked l) and exists (
          select from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and a.attname::text = any (?)
            and has_column_privilege(c.oid, a.attnum, 'select') is null))
        or (c.oid in (select b.oid from below b)
          and c.oid not in (select r.oid from root r)
          and c.oid not in (select t.oid from tree t))
        or (c.oid in (select t.oid from tree t where t.level > 0)
          and c.oid in (select l.oid from locked l)
          and c.oid not in (select b.oid from below b)))
      union
      select array_to_string(parse_ident(a.name), '.') from asked a
      where not exists (select from pg_class c where c.oid = to_regclass(a.name))
      union
      select array_to_string(parse_ident(a.name), '.')
      from asked a
      join pg_namespace n on n.nspname = (parse_ident(a.name))[1]::name
      join pg_class c on c.relnamespace = n.oid and c.relname = (parse_ident(a.name))[2]::name
      where c.oid <> to_regclass(a.name)
      """;

  private RewrittenTables() {}

  /**
   * @param session in whose transaction a part of the table was read; what is found stays true
   *     until its end
   * @param table as SQL
   * @param columns that were read
   * @throws SnapshotGoneException if rows as of the session's snapshot may be missing or too many
   */
  static void requireNone(Connection session, String snapshot, String table, List<String> columns)
      throws SQLException {
    List<String> found =
        Query.list(
            session,
            FOUND,
            row -> row.getString(1),
            table,
            session.createArrayOf("text", columns.toArray()));
    if (!found.isEmpty()) {
      throw new SnapshotGoneException(
          ("%s was written anew, altered, attached or taken away after the snapshot %s was taken"
                  + " (TRUNCATE, VACUUM FULL, CLUSTER, REFRESH, ALTER TABLE or DROP), so that its"
                  + " rows as of then are not all there; run the job again, or set"
                  + " on_snapshot_lost: restart_table")
              .formatted(String.join(", ", found), snapshot),
          null);
    }
  }
}
