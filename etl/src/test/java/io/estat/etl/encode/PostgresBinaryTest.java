package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Column;
import io.estat.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** COPY in binary gives the bytes that the result set gives, over whole ranges of values. */
class PostgresBinaryTest {
  private static final PostgresServer.Database DATABASE = PostgresServer.shared().createDatabase();

  private static Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    connection = DATABASE.connect();
    for (String setting : PostgresTypes.SESSION) {
      execute(setting);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          date         | -1 | select date '4713-01-01 BC' + i * 97 from generate_series(0, 30000) i
          date         | -1 | select date '9999-12-01' + i from generate_series(0, 60) i
          date         | -1 | select date '0001-12-01 BC' + i from generate_series(0, 60) i
          date         | -1 | select date '2000-02-25' + i * 365 from generate_series(-9, 9) i
          date         | -1 | values ('infinity'::date), ('-infinity'), ('5874897-12-31')
          timestamp    | -1 | select timestamp '4713-01-01 BC' + i * interval '1000007.000123 s' from generate_series(0, 30000) i
          timestamp    | -1 | select timestamp '1999-12-31 23:59:59.999990' + i * interval '1 us' from generate_series(0, 30) i
          timestamp    | 3  | select timestamp '1900-01-01' + i * interval '100 ms' from generate_series(-30, 30) i
          timestamp    | 0  | select timestamp '1900-01-01' + i * interval '100 ms' from generate_series(-30, 30) i
          timestamp    | -1 | values ('infinity'::timestamp), ('-infinity'), ('294276-12-31 23:59:59.999999'), ('0044-03-15 01:02:03.5 BC')
          timestamptz  | -1 | select timestamptz '9999-12-31 23:00Z' + i * interval '1 min 1.5 s' from generate_series(0, 200) i
          timestamptz  | 6  | values ('infinity'::timestamptz), ('4713-01-01 00:00:00+00 BC'), ('1880-01-01 00:00 Europe/Berlin')
          time         | -1 | select time '00:00' + i * interval '863.999999 s' from generate_series(0, 99) i
          time         | 2  | values ('24:00'::time), ('23:59:59.99'), ('00:00')
          timetz       | -1 | values ('24:00+00'::timetz), ('10:00:00.5-15:59:59'), ('00:00+05:30'), ('01:02:03.000001-00:00:01')
          int2         | -1 | select (i * 7)::int2 from generate_series(-4681, 4681) i
          int4         | -1 | select (2 ^ i)::int4 - 1 from generate_series(0, 30) i union all values (-2147483648), (2147483647)
          int8         | -1 | select s * 10::numeric ^ i + d from generate_series(0, 18) i, (values (1), (-1)) s(s), (values (-1), (0)) d(d)
          oid          | -1 | values (0::oid), (4294967295::oid), (2147483648::oid)
          uuid         | -1 | select md5(i::text)::uuid from generate_series(0, 99) i
          bytea        | -1 | select decode(substr(md5(i::text), 1, i % 16 * 2), 'hex') from generate_series(0, 99) i
          float8       | -1 | select (random() - 0.5) * 10 ^ i from generate_series(-300, 300, 7) i
          numeric      | -1 | select s * 10::numeric ^ i + 10::numeric ^ j from generate_series(-30, 30) i, generate_series(-30, 30, 3) j, (values (1), (-1), (0)) s(s)
          numeric      | -1 | select round(i / 7.0, j) from generate_series(-20, 20) i, generate_series(0, 30) j
          numeric      | -1 | select 9999::numeric * 10000::numeric ^ i * 10000::numeric ^ (-j) from generate_series(0, 9) i, generate_series(0, 9) j
          numeric      | -1 | values (1e131071), (-1e-16383), ('NaN'), ('Infinity'), ('-Infinity'), (0.00), (100000000)
          jsonb        | -1 | values ('{"a": [1, 1e400, "\\u00e9\\n"]}'::jsonb), ('null'), ('1.10')
          json         | -1 | values (e'{"a" :\\n [1.10]}'::json), ('null')
          """)
  void writesWhatTheResultSetWrites(String type, int digits, String values) throws Exception {
    execute("drop table if exists t");
    execute("create table t (i int, v %s)".formatted(declared(type, digits)));
    execute("insert into t select row_number() over (), v from (%s) s(v)".formatted(values));
    execute("insert into t values (0, null)");
    hasTheSameLinesBothWays(new Column("v", type, -1, digits, true), EncodeOptions.DEFAULTS);
  }

  @Test
  void writesTextOfAnyLengthAndOfAnyCharacters() throws Exception {
    execute("drop table if exists t");
    execute("create table t (i int, v text)");
    // Around the size of a piece, with characters of one to four bytes at its end.
    execute(
        """
        insert into t select row_number() over (), repeat('a', 65536 - i) || repeat(c, 3) || 'z"\\'
        from generate_series(0, 9) i, (values ('b'), ('é'), ('한'), ('😀'), (e'\\x01')) c(c)
        """);
    execute("insert into t select 100 + i, repeat('\\\"', i * 20000) from generate_series(0, 7) i");
    hasTheSameLinesBothWays(new Column("v", "text", -1, -1, true), EncodeOptions.DEFAULTS);
    hasTheSameLinesBothWays(new Column("v", "varchar", -1, -1, true), EncodeOptions.DEFAULTS);
  }

  private static String declared(String type, int digits) {
    return digits < 0 ? type : "%s(%d)".formatted(type, digits);
  }

  private static void hasTheSameLinesBothWays(Column column, EncodeOptions options)
      throws Exception {
    List<Column> columns = List.of(new Column("i", "int4", -1, -1, true), column);
    var types = new PostgresTypes();
    EncodedTable plain = EncodedTable.of(connection, types, "t", columns, options);
    EncodedTable copied =
        EncodedTable.byDialect(DATABASE, connection, types, "t", columns, options);
    assertThat(copied.rows()).isEqualTo(plain.rows());
    assertThat(copied.counters().outOfRanges()).isEqualTo(plain.counters().outOfRanges());
    assertThat(copied.counters().replacedTexts()).isZero();
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
