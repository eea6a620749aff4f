package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.etl.encode.EncodeOptions.Unsupported;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H2TypesTest {
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    connection = DriverManager.getConnection("jdbc:h2:mem:");
    execute("set time zone 'UTC'");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tinyint                  | -128                                   | -128
          smallint                 | 32767                                  | 32767
          integer                  | -2147483648                            | -2147483648
          integer                  | 0                                      | 0
          bigint                   | -9223372036854775808                   | "-9223372036854775808"
          bigint                   | 9223372036854775807                    | "9223372036854775807"
          numeric(15)              | 999999999999999                        | 999999999999999
          numeric(16)              | 9999999999999999                       | "9999999999999999"
          numeric(5, 2)            | -0.50                                  | "-0.50"
          numeric(38)              | 99999999999999999999999999999999999999 | "99999999999999999999999999999999999999"
          numeric(100, 50)         | 1e-50                                  | "0.00000000000000000000000000000000000000000000000001"
          decfloat(40)             | 1e30                                   | "1000000000000000000000000000000"
          decfloat                 | cast('NaN' as decfloat)                | "NaN"
          decfloat                 | cast('-Infinity' as decfloat)          | "-Infinity"
          real                     | 0.1                                    | 0.1
          real                     | cast('NaN' as real)                    | "NaN"
          double precision         | 0.1                                    | 0.1
          double precision         | 1.7976931348623157e308                 | 1.7976931348623157E308
          double precision         | 4.9e-324                               | 4.9E-324
          double precision         | cast('Infinity' as double precision)   | "Infinity"
          double precision         | cast('-Infinity' as double precision)  | "-Infinity"
          boolean                  | true                                   | true
          boolean                  | false                                  | false
          char(5)                  | 'ab'                                   | "ab   "
          varchar                  | U&'\\0000\\0001\\0022\\005C\\00E9\\D55C'    | "\\u0000\\u0001\\"\\\\é한"
          varchar_ignorecase       | 'Ab'                                   | "Ab"
          clob                     | 'long'                                 | "long"
          clob                     | ''                                     | ""
          varbinary(10)            | X'00ff10'                              | "AP8Q"
          varbinary(10)            | X''                                    | ""
          binary(4)                | X'00ff'                                | "AP8AAA=="
          blob                     | X'00ff1020'                            | "AP8QIA=="
          date                     | DATE '0001-01-01'                      | "0001-01-01"
          date                     | DATE '9999-12-31'                      | "9999-12-31"
          time                     | TIME '23:59:59'                        | "23:59:59"
          time(9)                  | TIME '00:00:00.000000001'              | "00:00:00.000000001"
          time(3) with time zone   | TIME WITH TIME ZONE '10:00:00+05:30'   | "10:00:00.000+05:30"
          timestamp(0)             | TIMESTAMP '2024-03-31 02:30:00'        | "2024-03-31T02:30:00"
          timestamp                | TIMESTAMP '2024-01-31 23:59:59.5'      | "2024-01-31T23:59:59.500000"
          timestamp(9)             | TIMESTAMP '1500-02-28 00:00:00.000000001' | "1500-02-28T00:00:00.000000001"
          timestamp(3) with time zone | TIMESTAMP WITH TIME ZONE '2024-01-31 23:59:59.999-03:00' | "2024-01-31T23:59:59.999-03:00"
          interval year to month   | INTERVAL '1-2' YEAR TO MONTH           | "P1Y2M"
          interval month           | INTERVAL '-14' MONTH                   | "-P1Y2M"
          interval day to second(9) | INTERVAL '-1 2:3:4.000000005' DAY TO SECOND(9) | "-P1DT2H3M4.000000005S"
          interval hour            | INTERVAL '26' HOUR                     | "P1DT2H0M0S"
          uuid                     | UUID '00000000-0000-0000-0000-00000000000a' | "00000000-0000-0000-0000-00000000000a"
          enum('a', 'b')           | 'b'                                    | "b"
          json                     | JSON '{"a": [1.10, 12345678901234567890, null]}' | {"a":[1.10,12345678901234567890,null]}
          json                     | JSON 'null'                            | null
          geometry                 | 'SRID=4326;POINT (1 2)'                | "SRID=4326;POINT (1 2)"
          integer array            | ARRAY[1, null, 3]                      | [1,null,3]
          varchar array            | ARRAY['a"', null, '']                  | ["a\\"",null,""]
          bigint array array       | ARRAY[ARRAY[1], ARRAY[], null]         | [["1"],[],null]
          numeric(5, 2) array      | ARRAY[1.5]                             | ["1.50"]
          date array               | ARRAY[DATE '2024-01-31']               | ["2024-01-31"]
          """)
  void writesEachType(String type, String value, String json) throws Exception {
    var table = table(type, value);
    assertThat(table.column("V")).containsExactly(json, "null");
  }

  @Test
  void usesOracleModesNames() throws Exception {
    connection.close();
    connection = DriverManager.getConnection("jdbc:h2:mem:;MODE=Oracle");
    execute(
        "create table T (I int, A number(9), B number(10, 2), C number, D varchar2(10), E date,"
            + " F raw(4), G binary_double, H clob, J timestamp(3), L blob)");
    execute(
        "insert into T values (1, 5, 1.5, 0.1, 'x', timestamp '2024-01-31 01:02:03', hextoraw('00ff'),"
            + " 0.5, 'c', timestamp '2024-01-31 01:02:03.4', hextoraw('01'))");
    assertThat(encoded(EncodeOptions.DEFAULTS).rows())
        .containsExactly(
            List.of(
                "1",
                "5",
                "\"1.5\"",
                "\"0.1\"",
                "\"x\"",
                "\"2024-01-31T01:02:03\"",
                "\"AP8=\"",
                "0.5",
                "\"c\"",
                "\"2024-01-31T01:02:03.400\"",
                "\"AQ==\""));
  }

  @Test
  void writesExactNumbersUnquotedOnRequest() throws Exception {
    var options = EncodeOptions.DEFAULTS.withNumbers(Numbers.NUMBER);
    execute("create table T (I int, V bigint, D numeric(40, 2), F decfloat, A bigint array)");
    execute("insert into T values (1, 9223372036854775807, 1, 1e20, array[1])");
    assertThat(encoded(options).rows())
        .containsExactly(
            List.of("1", "9223372036854775807", "1.00", "100000000000000000000", "[1]"));
  }

  @Test
  void neverShiftsByTheZoneOfTheJvm() throws Exception {
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
      // 02:30 does not exist there on that day.
      assertThat(table("timestamp(0)", "timestamp '2024-03-10 02:30:00'").column("V"))
          .contains("\"2024-03-10T02:30:00\"");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void countsDatesOutOfRange() throws Exception {
    execute("create table T (I int, V date, W timestamp(0))");
    execute("insert into T values (1, date '-0043-03-15', timestamp '10000-01-01 00:00:00')");
    var table = encoded(EncodeOptions.DEFAULTS);
    assertThat(table.rows())
        .containsExactly(List.of("1", "\"-0043-03-15\"", "\"+10000-01-01T00:00:00\""));
    assertThat(table.counters().outOfRanges()).isEqualTo(2);
  }

  @Test
  void replacesUnpairedSurrogatesAndCountsTheValue() throws Exception {
    execute("create table T (I int, V varchar, W varchar)");
    insert("\uD83D", "x\uDE00\uD83Dy\uD83D\uDE00");
    var table = encoded(EncodeOptions.DEFAULTS);
    assertThat(table.rows()).containsExactly(List.of("1", "\"\uFFFD\"", "\"x\uFFFD\uFFFDy😀\""));
    assertThat(table.counters().replacedTexts()).isEqualTo(2);
  }

  @Test
  void failsOnUnpairedSurrogatesOnRequest() throws Exception {
    execute("create table T (I int, V varchar, W varchar)");
    insert("\uD83D", "");
    var options = new EncodeOptions(Numbers.STRING, false, Unsupported.REFUSE, BadText.FAIL);
    assertThatThrownBy(() -> encoded(options))
        .isInstanceOf(SQLDataException.class)
        .hasMessageContaining("column V");
  }

  @Test
  void streamsLongTextAndBinaryAcrossPieces() throws Exception {
    execute("create table T (I int, V varchar, W clob, B blob)");
    String text = ("x".repeat(4095) + "😀é\"").repeat(100);
    byte[] binary = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (PreparedStatement insert =
        connection.prepareStatement("insert into T values (1, ?, ?, ?)")) {
      insert.setString(1, text);
      insert.setString(2, text);
      insert.setBytes(3, binary);
      insert.execute();
    }
    String json = '"' + text.replace("\"", "\\\"") + '"';
    String base64 = '"' + java.util.Base64.getEncoder().encodeToString(binary) + '"';
    assertThat(encoded(EncodeOptions.DEFAULTS).rows())
        .containsExactly(List.of("1", json, json, base64));
  }

  @Test
  void refusesTypesWithoutShape() throws Exception {
    execute("create table T (I int, V row(a int))");
    execute("insert into T values (1, row(5))");
    assertThatThrownBy(() -> encoded(EncodeOptions.DEFAULTS))
        .isInstanceOf(UnsupportedColumnException.class)
        .hasMessageContaining("column V has the type ROW");
    assertThat(encoded(unsupported(Unsupported.NULL)).column("V")).containsExactly("null");
    assertThat(encoded(unsupported(Unsupported.TEXT)).column("V")).containsExactly("\"ROW (5)\"");
  }

  private static EncodeOptions unsupported(Unsupported what) {
    return new EncodeOptions(Numbers.STRING, false, what, BadText.REPLACE);
  }

  /** A row with the value, then one with NULL. */
  private EncodedTable table(String type, String value) throws Exception {
    execute("create table T (I int, V " + type + ")");
    execute("insert into T values (1, " + value + "), (2, null)");
    return encoded(EncodeOptions.DEFAULTS);
  }

  private EncodedTable encoded(EncodeOptions options) throws Exception {
    var columns = new ArrayList<Column>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select column_name, data_type, interval_type,
                  coalesce(numeric_precision, -1), coalesce(numeric_scale, datetime_precision, -1)
                from information_schema.columns where table_name = 'T' order by ordinal_position
                """)) {
      while (rows.next()) {
        String interval = rows.getString(3);
        String type = rows.getString(2) + (interval == null ? "" : " " + interval);
        columns.add(new Column(rows.getString(1), type, rows.getInt(4), rows.getInt(5), true));
      }
    }
    return EncodedTable.of(connection, new H2Types(), "T", columns, options);
  }

  private void insert(String text, String clob) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("insert into T values (1, ?, ?)")) {
      insert.setString(1, text);
      insert.setString(2, clob);
      insert.execute();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
