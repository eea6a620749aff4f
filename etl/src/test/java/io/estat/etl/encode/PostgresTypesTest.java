package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import io.estat.etl.domain.TableName;
import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.etl.encode.EncodeOptions.Unsupported;
import io.estat.etl.source.Sources;
import io.estat.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresTypesTest {
  private static final PostgresServer.Database DATABASE = PostgresServer.shared().createDatabase();

  /** The driver transfers values as text, and in binary where it can. */
  private Connection text;

  private Connection binary;

  @BeforeEach
  void open() throws SQLException {
    text = connect(DATABASE, "?prepareThreshold=0");
    binary = connect(DATABASE, "?prepareThreshold=-1");
    execute(
        "drop schema if exists types cascade",
        "create schema types",
        "create type types.mood as enum ('glad', 'so, \"so\"')",
        "create type types.pair as (a int, b text)",
        "create domain types.price as numeric(12, 2) check (value >= 0)");
  }

  @AfterEach
  void close() throws SQLException {
    text.close();
    binary.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          int2                 | -32768                               | -32768
          int4                 | -2147483648                          | -2147483648
          int8                 | -9223372036854775808                 | "-9223372036854775808"
          int8                 | 0                                    | "0"
          oid                  | 4294967295                           | 4294967295
          numeric(15)          | 999999999999999                      | 999999999999999
          numeric(16)          | 9999999999999999                     | "9999999999999999"
          numeric(5, 2)        | -0.5                                 | "-0.50"
          numeric              | 1e-20                                | "0.00000000000000000001"
          numeric              | 1e30                                 | "1000000000000000000000000000000"
          numeric(3, -2)       | 12345                                | "12300"
          types.price          | 1.5                                  | "1.50"
          money                | -1234.5                              | "-$1,234.50"
          float4               | 0.1                                  | 0.1
          float4               | '3.4028235e38'                       | 3.4028235e+38
          float4               | 'NaN'                                | "NaN"
          float8               | 0.1                                  | 0.1
          float8               | '-0'                                 | -0
          float8               | '1.7976931348623157e308'             | 1.7976931348623157e+308
          float8               | '5e-324'                             | 5e-324
          float8               | 'Infinity'                           | "Infinity"
          float8               | '-Infinity'                          | "-Infinity"
          bool                 | true                                 | true
          bool                 | false                                | false
          text                 | e'\\u0001\\n"\\\\ \\u00e9\\ud55c\\U0001F600'    | "\\u0001\\n\\"\\\\ é한😀"
          text                 | ''                                   | ""
          varchar(5)           | 'ab'                                 | "ab"
          char(5)              | 'ab'                                 | "ab   "
          "char"               | 'x'                                  | "x"
          name                 | 'ab'                                 | "ab"
          bytea                | '\\x00ff10'                           | "AP8Q"
          bytea                | ''                                   | ""
          date                 | '0001-01-01'                         | "0001-01-01"
          date                 | '9999-12-31'                         | "9999-12-31"
          time                 | '23:59:59'                           | "23:59:59.000000"
          time(3)              | '23:59:59.12'                        | "23:59:59.120"
          time(0)              | '23:59:59'                           | "23:59:59"
          timetz(0)            | '10:00:00+05:30'                     | "10:00:00+05:30"
          timetz               | '10:00:00.5-08'                      | "10:00:00.500000-08:00"
          timestamp            | '2024-03-31 02:30:00'                | "2024-03-31T02:30:00.000000"
          timestamp(3)         | '2024-03-31 02:30:00.5'              | "2024-03-31T02:30:00.500"
          timestamp(0)         | '0001-01-01 00:00:00'                | "0001-01-01T00:00:00"
          timestamptz          | '2024-01-31 23:59:59.999999-03:00'   | "2024-02-01T02:59:59.999999+00:00"
          timestamptz(0)       | '1880-01-01 00:00:00 Europe/Berlin'  | "1879-12-31T23:06:32+00:00"
          interval             | '1 year 3 days -04:05:06.7'          | "P1Y3DT-4H-5M-6.7S"
          interval             | '0'                                  | "PT0S"
          uuid                 | '00000000-0000-0000-0000-00000000000a' | "00000000-0000-0000-0000-00000000000a"
          json                 | e'{"a":\\n [1.10, 12345678901234567890,\\r\\n"\\\\ud83d"]}' | {"a":  [1.10, 12345678901234567890,  "\\ud83d"]}
          json                 | 'null'                               | null
          jsonb                | '{"b": 1e2, "a": "x\\ny"}'            | {"a": "x\\ny", "b": 100}
          xml                  | '<a b="c">d</a>'                     | "<a b=\\"c\\">d</a>"
          inet                 | '192.168.0.1/24'                     | "192.168.0.1/24"
          cidr                 | '2001:db8::/32'                      | "2001:db8::/32"
          macaddr              | '08:00:2b:01:02:03'                  | "08:00:2b:01:02:03"
          macaddr8             | '08:00:2b:01:02:03:04:05'            | "08:00:2b:01:02:03:04:05"
          bit(3)               | B'101'                               | "101"
          bit varying          | B'1'                                 | "1"
          point                | '(1.5,2)'                            | "(1.5,2)"
          box                  | '(1,2),(0,0)'                        | "(1,2),(0,0)"
          circle               | '<(1,2),3>'                          | "<(1,2),3>"
          polygon              | '((0,0),(1,1))'                      | "((0,0),(1,1))"
          tsvector             | 'a b:2'                              | "'a' 'b':2"
          tsquery              | 'a & b'                              | "'a' & 'b'"
          pg_lsn               | '16/B374D848'                        | "16/B374D848"
          xid8                 | '18446744073709551615'               | "18446744073709551615"
          regclass             | 'pg_class'                           | "pg_class"
          int4range            | '[1,5)'                              | "[1,5)"
          int4multirange       | '{[1,3),[5,7)}'                      | "{[1,3),[5,7)}"
          types.mood           | 'glad'                               | "glad"
          types.pair           | row(1, 'a b')                        | "(1,\\"a b\\")"
          int4[]               | '{1,NULL,-3}'                        | [1,null,-3]
          int4[]               | '{}'                                 | []
          int4[]               | '[0:1][2:3]={{1,2},{3,NULL}}'        | [[1,2],[3,null]]
          int8[]               | '{1}'                                | ["1"]
          numeric(5, 2)[]      | '{1.5,NULL}'                         | ["1.50",null]
          float8[]             | '{0.1,NaN,Infinity}'                 | [0.1,"NaN","Infinity"]
          bool[]               | '{t,f,NULL}'                         | [true,false,null]
          text[]               | array['NULL', null, '', 'a,b', '{}', e'q"\\\\\\n'] | ["NULL",null,"","a,b","{}","q\\"\\\\\\n"]
          text[]               | array[['a', 'é'], ['b', null]]       | [["a","é"],["b",null]]
          bytea[]              | array['\\x00ff'::bytea, '']           | ["AP8=",""]
          date[]               | '{2024-01-31}'                       | ["2024-01-31"]
          timestamp[]          | '{2024-01-31 01:02:03}'              | ["2024-01-31T01:02:03.000000"]
          timestamptz(0)[]     | '{2024-01-31 01:02:03+01}'           | ["2024-01-31T00:02:03+00:00"]
          jsonb[]              | array['{"a": [1, "x"]}'::jsonb, 'null'] | [{"a": [1, "x"]},null]
          uuid[]               | '{00000000-0000-0000-0000-00000000000a}' | ["00000000-0000-0000-0000-00000000000a"]
          box[]                | '{(1,1),(0,0);(2,2),(1,1)}'          | ["(1,1),(0,0)","(2,2),(1,1)"]
          types.mood[]         | array['glad', 'so, "so"']::types.mood[] | ["glad","so, \\"so\\""]
          """)
  void writesEachType(String type, String value, String json) throws Exception {
    execute("create table types.t (i int, v " + type + ")");
    execute("insert into types.t values (1, " + value + "), (2, null)");
    assertThat(encoded(text, EncodeOptions.DEFAULTS).column("v")).containsExactly(json, "null");
    assertThat(encoded(binary, EncodeOptions.DEFAULTS).column("v")).containsExactly(json, "null");
    assertThat(copied(text, EncodeOptions.DEFAULTS).column("v")).containsExactly(json, "null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          numeric     | 'NaN'                        | "NaN"
          numeric     | '-Infinity'                  | "-Infinity"
          numeric(5)  | 'NaN'                        | "NaN"
          date        | 'infinity'                   | "infinity"
          date        | '0044-03-15 BC'              | "0044-03-15 BC"
          date        | '10000-01-01'                | "10000-01-01"
          date        | '5874897-12-31'              | "5874897-12-31"
          time        | '24:00:00'                   | "24:00:00.000000"
          timestamp   | '-infinity'                  | "-infinity"
          timestamp   | '0044-03-15 01:02:03 BC'     | "0044-03-15 01:02:03 BC"
          timestamp   | '294276-12-31 23:59:59.999999' | "294276-12-31 23:59:59.999999"
          timestamptz | '0044-03-15 01:02:03+00 BC'  | "0044-03-15 01:02:03+00 BC"
          """)
  void countsValuesOutOfRange(String type, String value, String json) throws Exception {
    execute("create table types.t (i int, v " + type + ")");
    execute("insert into types.t values (1, " + value + ")");
    for (EncodedTable table :
        List.of(encoded(text, EncodeOptions.DEFAULTS), copied(text, EncodeOptions.DEFAULTS))) {
      assertThat(table.column("v")).containsExactly(json);
      assertThat(table.counters().outOfRanges()).isEqualTo(1);
    }
  }

  @Test
  void writesExactNumbersUnquotedOnRequest() throws Exception {
    execute(
        "create table types.t (i int, v int8, n numeric, a int8[], b numeric[])",
        "insert into types.t values (1, 9223372036854775807, 0.10, '{1}', '{1.50}')");
    EncodeOptions bare = EncodeOptions.DEFAULTS.withNumbers(Numbers.NUMBER);
    for (EncodedTable table : List.of(encoded(binary, bare), copied(binary, bare))) {
      assertThat(table.rows())
          .containsExactly(List.of("1", "9223372036854775807", "0.10", "[1]", "[1.50]"));
    }
  }

  @Test
  void showsTheOffsetOfAnyZoneOfTheSession() throws Exception {
    execute(
        "create table types.t (i int, v timestamptz(0))",
        "insert into types.t values (1, '1880-01-01 00:00:00Z'), (2, '2024-07-01 00:00:00Z')",
        "set timezone = 'Asia/Kolkata'");
    assertThat(encoded(text, EncodeOptions.DEFAULTS).column("v"))
        .containsExactly("\"1880-01-01T05:21:10+05:21:10\"", "\"2024-07-01T05:30:00+05:30\"");
  }

  @Test
  void bendsOrRefusesBytesThatAreNoText() throws Exception {
    execute(
        "drop database if exists anything",
        "create database anything encoding 'SQL_ASCII' locale 'C' template template0");
    var anything =
        new PostgresServer.Database(
            "anything", DATABASE.url().replace(DATABASE.name(), "anything"));
    try (Connection raw = connect(anything, "?allowEncodingChanges=true")) {
      try (Statement statement = raw.createStatement()) {
        // In UTF8 the server itself would refuse to send the byte.
        statement.execute("set client_encoding = 'SQL_ASCII'");
        statement.execute("create schema types");
        statement.execute("create table types.t (i int, v text)");
        statement.execute("insert into types.t values (1, e'a\\377b')");
      }
      for (EncodedTable table :
          List.of(encoded(raw, EncodeOptions.DEFAULTS), copied(raw, EncodeOptions.DEFAULTS))) {
        assertThat(table.column("v")).containsExactly("\"a\uFFFDb\"");
        assertThat(table.counters().replacedTexts()).isEqualTo(1);
      }
      var failing = new EncodeOptions(Numbers.STRING, false, Unsupported.REFUSE, BadText.FAIL);
      for (ThrowingCallable failed :
          List.<ThrowingCallable>of(() -> encoded(raw, failing), () -> copied(raw, failing))) {
        assertThatThrownBy(failed)
            .isInstanceOf(SQLDataException.class)
            .hasMessageContaining("column v holds text that is not valid Unicode");
      }
    }
  }

  private EncodedTable encoded(Connection connection, EncodeOptions options) throws Exception {
    return EncodedTable.of(
        connection, new PostgresTypes(), "types.t", columns(connection), options);
  }

  /** The same by COPY. */
  private EncodedTable copied(Connection connection, EncodeOptions options) throws Exception {
    return EncodedTable.byDialect(
        DATABASE, connection, new PostgresTypes(), "types.t", columns(connection), options);
  }

  private static List<Column> columns(Connection connection) throws SQLException {
    return Sources.dialect(DATABASE.url())
        .orElseThrow()
        .columns(connection, new TableName("types", "t"));
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = text.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Connection connect(PostgresServer.Database database, String options)
      throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            database.url() + options, PostgresServer.USER, PostgresServer.PASSWORD);
    try (Statement statement = connection.createStatement()) {
      for (String setting : PostgresTypes.SESSION) {
        statement.execute(setting);
      }
    }
    return connection;
  }
}
