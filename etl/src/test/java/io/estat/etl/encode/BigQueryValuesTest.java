package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules themselves: each takes what its page shows, and refuses the next thing beside it. */
class BigQueryValuesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          STRING     | ""                              | 1
          BOOL       | true                            | "true"
          INT64      | 9007199254740991                | 9007199254740992
          INT64      | "9223372036854775807"           | "9223372036854775808"
          INT64      | "-9223372036854775808"          | "1.5"
          FLOAT64    | 1.7976931348623157E308          | 1E309
          FLOAT64    | "NaN"                           | "nan?"
          NUMERIC    | "99999999999999999999999999999.999999999" | "100000000000000000000000000000"
          NUMERIC    | "0.000000001"                   | "0.0000000001"
          BIGNUMERIC | "578960446186580977117854925043439539266.34992332820282019728792003956564819967" | "578960446186580977117854925043439539266.34992332820282019728792003956564819968"
          BYTES      | "AP8Q"                          | "AP8"
          DATE       | "0001-01-01"                    | "0000-12-31"
          DATE       | "9999-12-31"                    | "10000-01-01"
          DATE       | "2024-02-29"                    | "2023-02-29"
          TIME       | "23:59:59.999999"               | "24:00:00"
          TIME       | "00:00:00"                      | "00:00:00.0000001"
          DATETIME   | "2024-01-31T23:59:59.123456"    | "2024-01-31T23:59:59.123456+00:00"
          DATETIME   | "2024-01-31 23:59:59"           | "2024-01-31T23:59:60"
          TIMESTAMP  | "2024-01-31T23:59:59.123456+05:30" | "2024-01-31T23:59:59.123456"
          TIMESTAMP  | "0001-01-01T00:00:00Z"          | "0001-01-01T00:00:00+00:01"
          JSON       | {"a": [1, null]}                | {"a": [1
          """)
  void takesWhatIsPublishedAndNothingBeside(String type, String fits, String doesNot) {
    assertThat(BigQueryValues.problem(type, "NULLABLE", fits)).isEmpty();
    assertThat(BigQueryValues.problem(type, "NULLABLE", doesNot)).isPresent();
  }

  @Test
  void takesNullWhereTheModeDoes() {
    assertThat(BigQueryValues.problem("INT64", "NULLABLE", "null")).isEmpty();
    assertThat(BigQueryValues.problem("INT64", "REQUIRED", "null")).isPresent();
  }

  @Test
  void takesAtMost500LevelsOfJson() {
    assertThat(BigQueryValues.problem("JSON", "NULLABLE", nested(500))).isEmpty();
    assertThat(BigQueryValues.problem("JSON", "NULLABLE", nested(501))).isPresent();
  }

  @Test
  void thereIsNoSchemaFileOfMoreThan10000Columns() {
    var names = IntStream.range(0, 10_001).mapToObj(i -> "c" + i).toList();
    for (ColumnNaming naming : ColumnNaming.values()) {
      assertThat(naming.names(names).noSchema())
          .hasValueSatisfying(why -> assertThat(why).contains("10000"));
      assertThat(naming.names(names.subList(0, 10_000)).noSchema()).isEmpty();
    }
  }

  private static String nested(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }
}
