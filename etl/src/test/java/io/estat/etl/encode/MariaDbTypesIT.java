package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.etl.encode.EncodeOptions.Unsupported;
import io.estat.testkit.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MariaDbTypesIT {
  private static MariaDbServer server;
  private static MariaDbServer.Database database;

  /** The driver reads the text protocol and, with prepared statements of the server, the binary. */
  private Connection text;

  private Connection binary;

  @BeforeAll
  static void start() throws IOException {
    server = MariaDbServer.start();
    database = server.createDatabase();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    text = connect("?useServerPrepStmts=false");
    binary = connect("?useServerPrepStmts=true");
    execute("drop table if exists t", "set sql_mode = ''");
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
          tinyint              | -128                      | -128
          tinyint(1)           | 1                         | 1
          tinyint unsigned     | 255                       | 255
          smallint unsigned    | 65535                     | 65535
          mediumint            | -8388608                  | -8388608
          int                  | -2147483648               | -2147483648
          int unsigned         | 4294967295                | 4294967295
          int(10) zerofill     | 7                         | 7
          bigint               | -9223372036854775808      | "-9223372036854775808"
          bigint unsigned      | 18446744073709551615      | "18446744073709551615"
          bigint(20) zerofill  | 0                         | "0"
          decimal(15)          | -999999999999999          | -999999999999999
          decimal(5) zerofill  | 7                         | 7
          decimal(5,2)         | -0.5                      | "-0.50"
          decimal(5,2) zerofill | 0.5                      | "0.50"
          decimal(65,30)       | -99999999999999999999999999999999999.999999999999999999999999999999 | "-99999999999999999999999999999999999.999999999999999999999999999999"
          float                | 0.1                       | 0.1
          float                | 16777216                  | 1.6777216E7
          float                | 3.4028235e38              | 3.4028235E38
          double               | 0.1                       | 0.1
          double               | 1.7976931348623157e308    | 1.7976931348623157E308
          double               | 4.9e-324                  | 4.9E-324
          double               | 123456789.12345679        | 1.2345678912345679E8
          bit(1)               | b'1'                      | "1"
          bit(10)              | b'101'                    | "0000000101"
          bit(64)              | 18446744073709551615      | "1111111111111111111111111111111111111111111111111111111111111111"
          year                 | 2155                      | 2155
          year                 | 0                         | 0
          char(5)              | 'ab'                      | "ab"
          varchar(20)          | '\\0"\\\\\\n é한😀'            | "\\u0000\\"\\\\\\n é한😀"
          varchar(20) character set latin1 | 'é€'          | "é€"
          varchar(20) character set utf16 | 'é😀'          | "é😀"
          varchar(20) character set sjis | 'ア'            | "ア"
          longtext             | 'x'                       | "x"
          tinytext             | ''                        | ""
          enum('a','b,(c)')    | 'b,(c)'                   | "b,(c)"
          set('a','b')         | 'a,b'                     | "a,b"
          json                 | '{"a": [1.10, 12345678901234567890]}' | "{\\"a\\": [1.10, 12345678901234567890]}"
          binary(4)            | x'00ff'                   | "AP8AAA=="
          varbinary(10)        | x'00ff10'                 | "AP8Q"
          blob                 | x''                       | ""
          longblob             | x'00ff1020'               | "AP8QIA=="
          date                 | '9999-12-31'              | "9999-12-31"
          time                 | '-838:59:59'              | "-838:59:59"
          time(6)              | '838:59:59'               | "838:59:59.000000"
          datetime             | '2024-03-31 02:30:00'     | "2024-03-31T02:30:00"
          datetime(6)          | '1000-01-01 00:00:00.5'   | "1000-01-01T00:00:00.500000"
          timestamp            | '2024-03-10 02:30:00'     | "2024-03-10T02:30:00+00:00"
          timestamp(3)         | '2038-01-19 03:14:07.999' | "2038-01-19T03:14:07.999+00:00"
          uuid                 | '00000000-0000-0000-0000-00000000000a' | "00000000-0000-0000-0000-00000000000a"
          inet6                | '::1'                     | "::1"
          inet4                | '127.0.0.1'               | "127.0.0.1"
          point                | point(1.5, 2)             | "POINT(1.5 2)"
          geometry             | st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))', 4326) | "POLYGON((0 0,1 0,1 1,0 0))"
          """)
  void writesEachType(String type, String value, String json) throws Exception {
    execute(
        "create table t (i int, v " + type + " null) character set utf8mb4",
        "insert into t values (1, " + value + "), (2, null)");
    assertThat(encoded(text, EncodeOptions.DEFAULTS).column("v")).containsExactly(json, "null");
    assertThat(encoded(binary, EncodeOptions.DEFAULTS).column("v")).containsExactly(json, "null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          date         | '0000-00-00'            | "0000-00-00"
          date         | '2024-00-00'            | "2024-00-00"
          date         | '0000-01-01'            | "0000-01-01"
          datetime(3)  | '0000-00-00 00:00:00'   | "0000-00-00 00:00:00.000"
          timestamp    | '0000-00-00 00:00:00'   | "0000-00-00 00:00:00"
          """)
  void countsZeroDates(String type, String value, String json) throws Exception {
    execute(
        "create table t (i int, v " + type + " null)", "insert into t values (1, " + value + ")");
    for (Connection connection : List.of(text, binary)) {
      EncodedTable table = encoded(connection, EncodeOptions.DEFAULTS);
      assertThat(table.column("v")).containsExactly(json);
      assertThat(table.counters().outOfRanges()).isEqualTo(1);
    }
  }

  @Test
  void writesExactNumbersUnquotedOnRequest() throws Exception {
    execute(
        "create table t (i int, a bigint unsigned, b decimal(20) zerofill, c bigint)",
        "insert into t values (1, 18446744073709551615, 7, -1)");
    assertThat(encoded(text, EncodeOptions.DEFAULTS.withNumbers(Numbers.NUMBER)).rows())
        .containsExactly(List.of("1", "18446744073709551615", "7", "-1"));
  }

  @Test
  void neverShiftsByTheZoneOfTheJvm() throws Exception {
    execute(
        "create table t (i int, a datetime, b timestamp)",
        "insert into t values (1, '2024-03-10 02:30:00', '2024-03-10 02:30:00')");
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
      try (Connection there = connect("")) {
        assertThat(encoded(there, EncodeOptions.DEFAULTS).rows())
            .containsExactly(
                List.of("1", "\"2024-03-10T02:30:00\"", "\"2024-03-10T02:30:00+00:00\""));
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void refusesTypesItDoesNotKnow() throws Exception {
    var unknown = new Column("v", "vector", 3, -1, true);
    var types = new MariaDbTypes();
    assertThatThrownBy(() -> types.plan(unknown, "`v`", EncodeOptions.DEFAULTS))
        .isInstanceOf(UnsupportedColumnException.class)
        .hasMessageContaining("column v has the type vector");
    var nulls = new EncodeOptions(Numbers.STRING, false, Unsupported.NULL, BadText.REPLACE);
    assertThat(types.plan(unknown, "`v`", nulls).expression()).isEqualTo("null");
  }

  private static EncodedTable encoded(Connection connection, EncodeOptions options)
      throws Exception {
    var columns = new ArrayList<Column>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select column_name, column_type, coalesce(numeric_precision, -1),
                  coalesce(numeric_scale, datetime_precision, -1)
                from information_schema.columns
                where table_schema = database() and table_name = 't' order by ordinal_position
                """)) {
      while (rows.next()) {
        columns.add(
            new Column(rows.getString(1), rows.getString(2), rows.getInt(3), rows.getInt(4), true));
      }
    }
    return EncodedTable.of(connection, new MariaDbTypes(), "t", columns, options);
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = text.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Connection connect(String options) throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            database.url() + options, MariaDbServer.USER, MariaDbServer.PASSWORD);
    try (Statement statement = connection.createStatement()) {
      for (String setting : MariaDbTypes.SESSION) {
        statement.execute(setting);
      }
    }
    return connection;
  }
}
