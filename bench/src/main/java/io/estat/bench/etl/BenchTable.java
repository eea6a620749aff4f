package io.estat.bench.etl;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of the specification, the same rows in every database: ten columns of whole numbers,
 * text, exact decimals, times, a boolean, and three that may be NULL.
 */
record BenchTable(List<String> statements) {
  static final BenchTable POSTGRES =
      of(
          """
      create table %1$s as
      select i::int as id, i * 7919 %% 100000007 as account, 'customer ' || i * 37 %% 99991 as name,
        case when i %% 3 > 0 then 'user' || i * 31 %% 1000003 || '@example.com' end as email,
        (i * 17 %% 1000000 / 100.0)::numeric(12, 2) as amount,
        (i %% 1000 / 7.0)::numeric(20, 16) as rate,
        i %% 2 = 0 as active,
        timestamp '2020-01-01' + i * 13 %% 100000000 * interval '1 second' as created,
        case when i %% 5 > 0
          then timestamptz '2021-01-01Z' + i * 11 %% 90000000 * interval '1.001 second' end as updated,
        case when i %% 4 = 0 then 'ordered ' || i %% 50 || ' items, "express", paid by card' end as note
      from generate_series(1::bigint, %2$d) i
      """,
          "alter table %1$s add primary key (id)", "vacuum analyze %1$s");

  static final BenchTable MARIADB =
      of(
          """
      create table %1$s (
        id int primary key, account bigint, name varchar(40), email varchar(60), amount decimal(12, 2),
        rate decimal(20, 16), active boolean, created datetime(6), updated timestamp(6) null,
        note varchar(80)) engine = InnoDB character set utf8mb4
      """,
          "set time_zone = '+00:00'",
          """
      insert into %1$s
      select seq, seq * 7919 %% 100000007, concat('customer ', seq * 37 %% 99991),
        if(seq %% 3 > 0, concat('user', seq * 31 %% 1000003, '@example.com'), null),
        seq * 17 %% 1000000 / 100, cast(seq %% 1000 as decimal(30, 20)) / 7.0, seq %% 2 = 0,
        timestamp '2020-01-01 00:00:00' + interval seq * 13 %% 100000000 second,
        if(seq %% 5 > 0,
          timestamp '2021-01-01 00:00:00.000000' + interval seq * 11 %% 90000000 * 1001000 microsecond,
          null),
        if(seq %% 4 = 0, concat('ordered ', seq %% 50, ' items, "express", paid by card'), null)
      from seq_1_to_%2$d
      """,
          "analyze table %1$s");

  static final BenchTable H2 =
      of(
          """
      create table %1$s (
        id int primary key, account bigint, name varchar(40), email varchar(60), amount decimal(12, 2),
        rate decimal(20, 16), active boolean, created timestamp(6),
        updated timestamp(6) with time zone, note varchar(80))
      """,
          """
      insert into %1$s
      select x, mod(x * 7919, 100000007), 'customer ' || mod(x * 37, 99991),
        case when mod(x, 3) > 0 then 'user' || mod(x * 31, 1000003) || '@example.com' end,
        mod(x * 17, 1000000) / 100.0, cast(mod(x, 1000) as decimal(30, 20)) / 7.0, mod(x, 2) = 0,
        dateadd(second, mod(x * 13, 100000000), timestamp '2020-01-01 00:00:00'),
        case when mod(x, 5) > 0 then dateadd(millisecond, cast(mod(x * 11, 90000000) as bigint) * 1001,
          timestamp with time zone '2021-01-01 00:00:00Z') end,
        case when mod(x, 4) = 0 then 'ordered ' || mod(x, 50) || ' items, "express", paid by card' end
      from system_range(1, %2$d)
      """,
          "analyze table %1$s");

  private static BenchTable of(String... statements) {
    return new BenchTable(List.of(statements));
  }

  /** Makes the table, with rows of the numbers from 1 on. */
  void create(Connection connection, String name, int rows) throws SQLException {
    run(connection, filled(name, rows));
  }

  private List<String> filled(String name, int rows) {
    var filled = new ArrayList<String>();
    statements.forEach(sql -> filled.add(sql.formatted(name, rows)));
    return filled;
  }

  static void run(Connection connection, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
