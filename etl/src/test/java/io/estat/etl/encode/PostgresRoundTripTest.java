package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Column;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.RowCursor;
import io.estat.etl.source.RowQuery;
import io.estat.etl.source.Sources;
import io.estat.testkit.PostgresServer;
import io.estat.testkit.Property;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random rows, landed, read by PostgreSQL's own JSON parser, cast back and compared in SQL. */
class PostgresRoundTripTest {
  private static final int ROWS = 2000;

  /** Type in the catalog and in SQL, a random value, and how it comes back from the line j. */
  private record Kind(String type, String sql, int scale, String random, String back) {
    static Kind of(String type, String random) {
      return new Kind(type, type, -1, random, "(j->>'%s')::" + type);
    }
  }

  private static final String ANY_TEXT =
      """
      (select coalesce(string_agg(chr(case when c < 0.5 then 1 + (c * 400)::int
         when c < 0.9 then 1 + (c * 50000)::int else 65536 + (c * 900000)::int end), ''), '')
       from (select random() c from generate_series(1, (random() * 20)::int + i * 0)) r)""";

  private static final List<Kind> KINDS =
      List.of(
          Kind.of("int2", "(random() * 65535 - 32768)::int2"),
          Kind.of("int4", "(random() * 4294967295 - 2147483648)::int4"),
          Kind.of("int8", "((random() - 0.5) * 18446744073709549568)::int8"),
          Kind.of(
              "numeric",
              "(random()::numeric * 10::numeric ^ (random() * 60 - 30)::int * sign(random() - 0.5)::numeric)"),
          Kind.of("float4", "((random() - 0.5) * 10 ^ (random() * 70 - 35))::float4"),
          Kind.of("float8", "(random() - 0.5) * 10 ^ (random() * 600 - 300)"),
          Kind.of("bool", "random() < 0.5"),
          Kind.of("text", ANY_TEXT),
          new Kind(
              "bytea",
              "bytea",
              -1,
              "decode(substr(md5(random()::text), 1, (random() * 16)::int * 2), 'hex')",
              "decode(j->>'%s', 'base64')"),
          Kind.of("date", "date '0001-01-01' + (random() * 3652058)::int"),
          new Kind(
              "time", "time(3)", 3, "(random() * interval '86399 s')::time(3)", "(j->>'%s')::time"),
          Kind.of("timestamp", "timestamp '0001-01-01' + random() * interval '3652058 days'"),
          Kind.of("timestamptz", "timestamptz '0001-01-01Z' + random() * interval '3652058 days'"),
          Kind.of(
              "interval",
              "make_interval((random() * 99)::int, (random() * 9 - 5)::int, 0, (random() * 99 - 50)::int) + (random() - 0.5) * interval '9 hours'"),
          Kind.of("uuid", "gen_random_uuid()"),
          Kind.of("jsonb", "jsonb_build_object('a', " + ANY_TEXT + ", 'n', random()::numeric)"),
          new Kind(
              "_text",
              "text[]",
              -1,
              "array[" + ANY_TEXT + ", null, " + ANY_TEXT + "]",
              "array(select json_array_elements_text(j->'%s'))"),
          new Kind(
              "_int8",
              "int8[]",
              -1,
              "array[((random() - 0.5) * 1e18)::int8, null]",
              "array(select json_array_elements_text(j->'%s'))::int8[]"));

  @Test
  void givesBackEveryRandomRow() throws Exception {
    long seed = Property.seed();
    try (Connection connection = PostgresServer.shared().createDatabase().connect()) {
      for (String setting : PostgresTypes.SESSION) {
        execute(connection, setting);
      }
      execute(connection, "select setseed(" + seed % 1000 / 1000.0 + ")");
      execute(connection, create("a"));
      execute(connection, create("b"));
      String random = kinds("case when random() < 0.1 then null else %s end", Kind::random);
      execute(
          connection,
          "insert into a select i, %s from generate_series(1, %d) i".formatted(random, ROWS));
      String back =
          kinds("case when j->>'%2$s' is null then null else %1$s end", kind -> kind.back);
      land(
          connection,
          "insert into b select (j->>'i')::int, " + back + " from (select ?::json j) l");
      assertThat(differences(connection))
          .as("with -D%s=%d", Property.SEED_PROPERTY, seed)
          .isEqualTo(0);
    }
  }

  private static void land(Connection connection, String insert) throws Exception {
    var types = new PostgresTypes();
    var plans =
        new ArrayList<>(
            List.of(
                types.plan(new Column("i", "int4", -1, -1, false), "i", EncodeOptions.DEFAULTS)));
    for (Kind kind : KINDS) {
      plans.add(
          types.plan(
              new Column(name(kind), kind.type, -1, kind.scale, true),
              name(kind),
              EncodeOptions.DEFAULTS));
    }
    List<String> names = plans.stream().map(plan -> plan.column().name()).toList();
    String select = plans.stream().map(ColumnPlan::expression).collect(Collectors.joining(", "));
    List<String> lines = copied(connection, plans, names);
    var line = new LineBuffer(100);
    var encoder = new RowEncoder(plans, names, new EncodeCounters());
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select " + select + " from a order by i");
        PreparedStatement landed = connection.prepareStatement(insert)) {
      int at = 0;
      while (rows.next()) {
        line.clear();
        encoder.encode(rows, line);
        assertThat(line).as("by COPY and by result set").hasToString(lines.get(at++));
        landed.setString(1, line.toString());
        landed.addBatch();
      }
      assertThat(landed.executeBatch()).hasSize(ROWS);
    }
  }

  private static List<String> copied(
      Connection connection, List<ColumnPlan> plans, List<String> names) throws SQLException {
    var query = new RowQuery(plans, names, "a order by i", List.of());
    Dialect dialect = Sources.dialect("jdbc:postgresql:").orElseThrow();
    var line = new LineBuffer(100);
    var lines = new ArrayList<String>();
    try (RowCursor rows = dialect.rows(connection, query, new EncodeCounters())) {
      while (rows.next(line)) {
        lines.add(line.toString());
        line.clear();
      }
    }
    return lines;
  }

  private static int differences(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery(
                """
                select count(*) from (
                  (select * from a except select * from b)
                  union all (select * from b except select * from a)) d
                """)) {
      count.next();
      return count.getInt(1);
    }
  }

  private static String create(String table) {
    return "create table %s (i int, %s)"
        .formatted(
            table,
            KINDS.stream()
                .map(kind -> name(kind) + " " + kind.sql)
                .collect(Collectors.joining(", ")));
  }

  private static String kinds(String pattern, Function<Kind, String> part) {
    return KINDS.stream()
        .map(kind -> pattern.formatted(part.apply(kind).replace("%s", name(kind)), name(kind)))
        .collect(Collectors.joining(", "));
  }

  private static String name(Kind kind) {
    return "v_" + kind.type;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
