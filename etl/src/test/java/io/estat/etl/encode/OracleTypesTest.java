package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.etl.encode.EncodeOptions.Unsupported;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import oracle.sql.BINARY_DOUBLE;
import oracle.sql.BINARY_FLOAT;
import oracle.sql.DATE;
import oracle.sql.INTERVALDS;
import oracle.sql.INTERVALYM;
import oracle.sql.NUMBER;
import oracle.sql.RAW;
import oracle.sql.TIMESTAMP;
import oracle.sql.TIMESTAMPTZ;
import oracle.sql.ZONEIDMAP;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OracleTypesTest {
  private static final OracleTypes TYPES = new OracleTypes();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "-1",
        "10",
        "100",
        "-100",
        "12345678901234567890123456789012345678",
        "99999999999999999999999999999999999999",
        "-99999999999999999999999999999999999999",
        "0.1",
        "-0.1",
        "0.01",
        "0.001",
        "1.5",
        "10.10",
        "-123.456",
        "0.12345678901234567890123456789012345678",
        "1E-130",
        "-1E-130",
        "9.99999999999999999999999999999999999999E+125",
        "-9.99999999999999999999999999999999999999E+125",
        "1E+125",
        "1E+38"
      })
  void writesNumbersInPlainNotation(String number) throws Exception {
    String plain = new BigDecimal(number).stripTrailingZeros().toPlainString();
    assertThat(values("NUMBER", -1, -1, new NUMBER(new BigDecimal(number))))
        .containsExactly('"' + plain + '"');
  }

  @Test
  void writesAnyNumberExactly() {
    Gen<BigDecimal> numbers =
        random ->
            new BigDecimal(new BigInteger(random.nextInt(126), random), random.nextInt(200) - 80)
                .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1));
    Property.forAll(
        5000,
        numbers,
        number ->
            assertThat(values("NUMBER", -1, -1, new NUMBER(number)))
                .containsExactly('"' + number.stripTrailingZeros().toPlainString() + '"'));
  }

  @ParameterizedTest
  @CsvSource({
    "15, 0, number, INT64",
    "16, 0, decimal string, INT64",
    "18, 0, decimal string, INT64",
    "19, 0, decimal string, NUMERIC",
    "38, 9, decimal string, NUMERIC",
    "38, 0, decimal string, BIGNUMERIC",
    "38, 38, decimal string, BIGNUMERIC",
    "38, 127, decimal string, STRING",
    "38, -84, decimal string, STRING",
    "5, -2, decimal string, INT64",
    "2, 5, decimal string, NUMERIC",
    "-1, -1, decimal string, STRING",
    "-1, 0, decimal string, BIGNUMERIC",
  })
  void choosesTheShapeByTheDeclaredDigits(
      int precision, int scale, String encoding, BigQueryType bigQuery) throws Exception {
    ColumnPlan plan = plan("NUMBER", precision, scale, EncodeOptions.DEFAULTS);
    assertThat(plan.encoding()).isEqualTo(encoding);
    assertThat(plan.bigQuery()).isEqualTo(bigQuery);
  }

  @Test
  void writesShortIntegersAsNumbers() throws Exception {
    assertThat(values("NUMBER", 15, 0, new NUMBER(999999999999999L), new NUMBER(-7), null))
        .containsExactly("999999999999999", "-7", "null");
  }

  @Test
  void writesExactNumbersUnquotedOnRequest() throws Exception {
    EncodedTable table =
        table(
            plan("FLOAT", 126, -1, EncodeOptions.DEFAULTS.withNumbers(Numbers.NUMBER)),
            new NUMBER(new BigDecimal("0.10")));
    assertThat(table.column("C")).containsExactly("0.1");
  }

  @Test
  void countsInfiniteNumbers() throws Exception {
    EncodedTable table =
        table(plan("NUMBER", -1, -1, EncodeOptions.DEFAULTS), NUMBER.posInf(), NUMBER.negInf());
    assertThat(table.column("C")).containsExactly("\"Infinity\"", "\"-Infinity\"");
    assertThat(table.counters().outOfRanges()).isEqualTo(2);
  }

  /** E-5: a column has one shape, whatever its values. */
  @Test
  void writesTheExtremesOfNumbersInTheShapeOfTheirColumn() throws Exception {
    String largest = "9".repeat(40) + "0".repeat(86);
    assertThat(
            values(
                "NUMBER",
                38,
                0,
                new NUMBER(new BigDecimal("9".repeat(38))),
                new NUMBER(new BigDecimal("-" + "9".repeat(38))),
                new NUMBER(0)))
        .containsExactly('"' + "9".repeat(38) + '"', "\"-" + "9".repeat(38) + '"', "\"0\"");
    assertThat(values("NUMBER", -1, -1, new NUMBER(new BigDecimal(largest))))
        .containsExactly('"' + largest + '"');
    assertThat(values("NUMBER", 15, 0, new NUMBER(-999999999999999L)))
        .containsExactly("-999999999999999");
    assertThat(values("NUMBER", 16, 0, new NUMBER(1))).containsExactly("\"1\"");
    assertThat(values("NUMBER", 5, -84, new NUMBER(new BigDecimal("99999e84"))))
        .containsExactly("\"99999" + "0".repeat(84) + '"');
  }

  @Test
  void writesTimesWithZonesAtTheEndsOfTheirRange() throws Exception {
    assertThat(
            values(
                "TIMESTAMP(9) WITH TIME ZONE",
                -1,
                9,
                new TIMESTAMPTZ(
                    OffsetDateTime.of(
                        9999, 12, 31, 23, 59, 59, 999_999_999, ZoneOffset.of("+14:00"))),
                new TIMESTAMPTZ(OffsetDateTime.of(1, 1, 2, 0, 0, 0, 1, ZoneOffset.of("-12:59")))))
        .containsExactly(
            "\"9999-12-31T23:59:59.999999999+14:00\"", "\"0001-01-02T00:00:00.000000001-12:59\"");
  }

  @Test
  void writesBinaryFloats() throws Exception {
    assertThat(
            values(
                "BINARY_FLOAT", -1, -1, new BINARY_FLOAT(0.1f), new BINARY_FLOAT(Float.NaN), null))
        .containsExactly("0.1", "\"NaN\"", "null");
    assertThat(
            values(
                "BINARY_DOUBLE",
                -1,
                -1,
                new BINARY_DOUBLE(Double.MIN_VALUE),
                new BINARY_DOUBLE(Double.NEGATIVE_INFINITY)))
        .containsExactly("4.9E-324", "\"-Infinity\"");
    assertThat(
            values(
                "BINARY_FLOAT",
                -1,
                -1,
                new BINARY_FLOAT(Float.MAX_VALUE),
                new BINARY_FLOAT(Float.MIN_VALUE),
                new BINARY_FLOAT(Float.POSITIVE_INFINITY)))
        .containsExactly("3.4028235E38", "1.4E-45", "\"Infinity\"");
  }

  @Test
  void writesDates() throws Exception {
    assertThat(
            values(
                "DATE",
                -1,
                -1,
                new DATE(LocalDateTime.of(2024, 3, 10, 2, 30, 59)),
                new DATE(LocalDateTime.of(1, 1, 1, 0, 0)),
                new DATE(LocalDateTime.of(9999, 12, 31, 23, 59, 59)),
                null))
        .containsExactly(
            "\"2024-03-10T02:30:59\"",
            "\"0001-01-01T00:00:00\"",
            "\"9999-12-31T23:59:59\"",
            "null");
  }

  /** Bytes as {@code dump()} shows them in Oracle's documents. */
  @Test
  void countsDatesBeforeChristAndJulianLeapDays() throws Exception {
    EncodedTable table =
        table(
            plan("DATE", -1, -1, EncodeOptions.DEFAULTS),
            new DATE(new byte[] {53, 88, 1, 1, 1, 1, 1}),
            new DATE(new byte[] {100, 99, 12, 31, 24, 60, 60}),
            new DATE(new byte[] {115, 100, 2, 29, 1, 1, 1}));
    assertThat(table.column("C"))
        .containsExactly(
            "\"-4711-01-01T00:00:00\"", "\"0000-12-31T23:59:59\"", "\"1500-02-29T00:00:00\"");
    assertThat(table.counters().outOfRanges()).isEqualTo(3);
  }

  @Test
  void writesTheDeclaredDigitsOfTimestamps() throws Exception {
    var time = new TIMESTAMP(LocalDateTime.of(2024, 1, 31, 23, 59, 59, 123456789));
    var even = new TIMESTAMP(LocalDateTime.of(2024, 1, 31, 23, 59, 59));
    assertThat(values("TIMESTAMP(9)", -1, 9, time, even))
        .containsExactly("\"2024-01-31T23:59:59.123456789\"", "\"2024-01-31T23:59:59.000000000\"");
    assertThat(values("TIMESTAMP(0)", -1, 0, even)).containsExactly("\"2024-01-31T23:59:59\"");
    assertThat(values("TIMESTAMP", -1, -1, even)).containsExactly("\"2024-01-31T23:59:59.000000\"");
  }

  @Test
  void writesAnyTimestampAsTheDriverReadsIt() {
    Gen<LocalDateTime> times =
        random ->
            LocalDateTime.ofEpochSecond(
                random.nextLong(-62_135_596_800L, 253_402_300_800L),
                random.nextInt(1_000_000_000),
                ZoneOffset.UTC);
    Property.forAll(
        2000,
        times,
        time -> {
          String json = values("TIMESTAMP", -1, 9, new TIMESTAMP(time)).getFirst();
          assertThat(LocalDateTime.parse(json.substring(1, json.length() - 1))).isEqualTo(time);
        });
  }

  @Test
  void writesTimesWithZonesAtTheirOffset() throws Exception {
    var half = OffsetDateTime.of(2024, 1, 31, 23, 59, 59, 999_000_000, ZoneOffset.of("-03:30"));
    var summer = ZonedDateTime.of(2024, 7, 1, 12, 0, 0, 0, ZoneId.of("Europe/Berlin"));
    var winter = ZonedDateTime.of(2024, 1, 1, 12, 0, 0, 0, ZoneId.of("Europe/Berlin"));
    assertThat(
            values(
                "TIMESTAMP(3) WITH TIME ZONE",
                -1,
                3,
                new TIMESTAMPTZ(half),
                new TIMESTAMPTZ(summer),
                new TIMESTAMPTZ(winter),
                null))
        .containsExactly(
            "\"2024-01-31T23:59:59.999-03:30\"",
            "\"2024-07-01T12:00:00.000+02:00\"",
            "\"2024-01-01T12:00:00.000+01:00\"",
            "null");
  }

  @Test
  void showsTheRegionOnRequest() throws Exception {
    var regions = new EncodeOptions(Numbers.STRING, true, Unsupported.REFUSE, BadText.REPLACE);
    // 02:30 comes twice on that day.
    var overlap =
        ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"))
            .withLaterOffsetAtOverlap();
    ColumnPlan plan = plan("TIMESTAMP(0) WITH TIME ZONE", -1, 0, regions);
    assertThat(
            table(plan, new TIMESTAMPTZ(overlap), new TIMESTAMPTZ(overlap.toOffsetDateTime()))
                .column("C"))
        .containsExactly(
            "\"2024-10-27T02:30:00+01:00[Europe/Berlin]\"", "\"2024-10-27T02:30:00+01:00\"");
    assertThat(plan.bigQuery()).isEqualTo(BigQueryType.STRING);
  }

  @Test
  void keepsThePointInTimeOfAnyZone() {
    List<String> zones =
        ZoneId.getAvailableZoneIds().stream().filter(OracleTypesTest::known).toList();
    assertThat(zones).hasSizeGreaterThan(300);
    Gen<ZonedDateTime> times =
        random ->
            ZonedDateTime.ofInstant(
                Instant.ofEpochSecond(
                    random.nextLong(0, 2_000_000_000L), random.nextInt(1_000_000_000)),
                ZoneId.of(zones.get(random.nextInt(zones.size()))));
    Property.forAll(
        2000,
        times,
        time -> {
          String json = values("TIMESTAMP WITH TIME ZONE", -1, 9, new TIMESTAMPTZ(time)).getFirst();
          assertThat(OffsetDateTime.parse(json.substring(1, json.length() - 1)).toInstant())
              .isEqualTo(time.toInstant());
        });
  }

  private static boolean known(String zone) {
    return ZONEIDMAP.isValidRegion(zone);
  }

  @Test
  void writesIntervals() throws Exception {
    assertThat(
            values(
                "INTERVAL DAY(9) TO SECOND(9)",
                -1,
                9,
                new INTERVALDS("1 2:3:4.5"),
                new INTERVALDS("-999999999 23:59:59.999999999"),
                new INTERVALDS("0 0:0:0.0"),
                null))
        .containsExactly(
            "\"P1DT2H3M4.500000000S\"",
            "\"-P999999999DT23H59M59.999999999S\"",
            "\"P0DT0H0M0.000000000S\"",
            "null");
    assertThat(
            values(
                "INTERVAL YEAR(9) TO MONTH",
                -1,
                -1,
                new INTERVALYM("1-2"),
                new INTERVALYM("-999999999-11")))
        .containsExactly("\"P1Y2M\"", "\"-P999999999Y11M\"");
  }

  @Test
  void writesTextBinaryAndJson() throws Exception {
    assertThat(values("VARCHAR2", 10, -1, "a\"\n한", null)).containsExactly("\"a\\\"\\n한\"", "null");
    assertThat(values("ROWID", 10, -1, "AAAR3sAAEAAAACXAAA"))
        .containsExactly("\"AAAR3sAAEAAAACXAAA\"");
    assertThat(values("CLOB", -1, -1, "long \uD83D", null))
        .containsExactly("\"long \uFFFD\"", "null");
    assertThat(values("LONG", -1, -1, "long")).containsExactly("\"long\"");
    assertThat(values("RAW", 4, -1, new RAW(new byte[] {0, -1, 16}), null))
        .containsExactly("\"AP8Q\"", "null");
    assertThat(values("BLOB", -1, -1, "blob", "")).containsExactly("\"YmxvYg==\"", "\"\"");
    assertThat(values("LONG RAW", -1, -1, "x")).containsExactly("\"eA==\"");
    assertThat(values("JSON", -1, -1, "{\"a\":\n12345678901234567890.10}", null))
        .containsExactly("{\"a\": 12345678901234567890.10}", "null");
    assertThat(values("XMLTYPE", -1, -1, "<a/>")).containsExactly("\"<a/>\"");
  }

  @Test
  void readsWhatTheDriverCannotShowThroughTheServer() throws Exception {
    assertThat(plan("XMLTYPE", -1, -1, EncodeOptions.DEFAULTS).expression())
        .isEqualTo("xmlserialize(content \"C\" as clob)");
    assertThat(plan("JSON", -1, -1, EncodeOptions.DEFAULTS).expression())
        .isEqualTo("json_serialize(\"C\" returning clob)");
    assertThat(
            plan("TIMESTAMP(3) WITH LOCAL TIME ZONE", -1, 3, EncodeOptions.DEFAULTS).expression())
        .isEqualTo("cast(\"C\" as timestamp(3) with time zone)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFILE", "ADDRESS_T", "PHONES_NT", "ANYDATA", "VECTOR"})
  void refusesTypesWithoutShape(String type) throws Exception {
    assertThatThrownBy(() -> plan(type, -1, -1, EncodeOptions.DEFAULTS))
        .isInstanceOf(UnsupportedColumnException.class)
        .hasMessageContaining("column C has the type " + type);
    var nulls = new EncodeOptions(Numbers.STRING, false, Unsupported.NULL, BadText.REPLACE);
    assertThat(plan(type, -1, -1, nulls).expression()).isEqualTo("null");
    assertThat(table(plan(type, -1, -1, nulls), (Object) null).column("C")).containsExactly("null");
  }

  private static List<String> values(
      String type, int precision, int scale, @Nullable Object... values) throws Exception {
    return table(plan(type, precision, scale, EncodeOptions.DEFAULTS), values).column("C");
  }

  private static ColumnPlan plan(String type, int precision, int scale, EncodeOptions options)
      throws UnsupportedColumnException {
    return TYPES.plan(new Column("C", type, precision, scale, true), "\"C\"", options);
  }

  private static EncodedTable table(ColumnPlan plan, @Nullable Object... values) throws Exception {
    return EncodedTable.of(List.of(plan), OracleRow.of(values));
  }
}
