package io.estat.etl.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.EncodeOptions.BadText;
import io.estat.etl.encode.EncodeOptions.Unsupported;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BigQuerySchemaTest {
  @Test
  void writesNameTypeAndModeOfEachColumn() throws Exception {
    byte[] file =
        BigQuerySchema.write(
            List.of(
                plan("id", "int8", -1, -1, false),
                plan("n", "numeric", 10, 2, true),
                plan("at", "timestamptz", -1, 6, true),
                plan("doc", "jsonb", -1, -1, false),
                plan("tags", "text[]", -1, -1, true)),
            List.of("id", "n", "at", "doc", "tags"));
    assertThat(BigQueryRules.validated(file))
        .containsExactly(
            Map.of("name", "id", "type", "INT64", "mode", "REQUIRED"),
            Map.of("name", "n", "type", "NUMERIC", "mode", "NULLABLE"),
            Map.of("name", "at", "type", "TIMESTAMP", "mode", "NULLABLE"),
            Map.of("name", "doc", "type", "JSON", "mode", "NULLABLE"),
            Map.of("name", "tags", "type", "JSON", "mode", "NULLABLE"));
  }

  @Test
  void requiresNothingOfColumnsThatAreLeftEmpty() throws Exception {
    var nulls = new EncodeOptions(Numbers.STRING, false, Unsupported.NULL, BadText.REPLACE);
    ColumnPlan plan =
        new OracleTypes().plan(new Column("F", "BFILE", -1, -1, false), "\"F\"", nulls);
    byte[] file = BigQuerySchema.write(List.of(plan), List.of("F"));
    assertThat(BigQueryRules.validated(file).getFirst()).containsEntry("mode", "NULLABLE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1a",
        "a b",
        "a.b",
        "a-b",
        "a$",
        "a\"",
        "한글",
        "😀",
        "é",
        "_PARTITIONTIME",
        "_table_suffix",
        "_File_x",
        "__root__",
        "_row_timestamp"
      })
  void leavesTheSchemaOutWhereBigQueryRefusesAName(String name) {
    ColumnNames names = ColumnNaming.SOURCE.names(List.of("id", name));
    assertThat(names.landed()).containsExactly("id", name);
    assertThat(names.noSchema()).hasValueSatisfying(why -> assertThat(why).contains(name));
    byte[] file = schema(names.landed());
    assertThatThrownBy(() -> BigQueryRules.validated(file)).isInstanceOf(AssertionError.class);
  }

  @Test
  void leavesTheSchemaOutWhereNamesDifferOnlyInCase() {
    assertThat(ColumnNaming.SOURCE.names(List.of("id", "Id")).noSchema())
        .hasValueSatisfying(why -> assertThat(why).contains("differ only in case"));
  }

  @Test
  void leavesTheSchemaOutForNamesThatAreTooLong() {
    assertThat(ColumnNaming.SOURCE.names(List.of("x".repeat(301))).noSchema()).isPresent();
    assertThat(ColumnNaming.SOURCE.names(List.of("x".repeat(300))).noSchema()).isEmpty();
  }

  @Test
  void changesOnlyTheNamesThatBigQueryRefuses() {
    ColumnNames names =
        ColumnNaming.BIGQUERY.names(
            List.of("a b", "a_b", "A_B", "1a", "_PARTITIONTIME", "한글", "日本", "select"));
    assertThat(names.landed())
        .containsExactly(
            "a_b_2", "a_b", "A_B_3", "c_1a", "c__PARTITIONTIME", "__", "___2", "select");
    assertThat(names.noSchema()).isEmpty();
    assertThat(names.changed())
        .containsEntry("a b", "a_b_2")
        .containsEntry("1a", "c_1a")
        .doesNotContainKeys("a_b", "select")
        .hasSize(6);
  }

  @Test
  void makesSafeUniqueNamesOfAnyNames() {
    Gen<List<String>> names =
        random -> {
          String alphabet = "aA_1 .$é한\"";
          var made = new ArrayList<String>();
          for (int i = random.nextInt(40); i >= 0; i--) {
            var name = new StringBuilder(random.nextInt(4) == 0 ? "_TABLE_" : "");
            for (int c = random.nextInt(random.nextInt(20) == 0 ? 400 : 4); c >= 0; c--) {
              name.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            made.add(name.toString());
          }
          return made.stream().distinct().toList();
        };
    Property.forAll(
        1000,
        names,
        source -> {
          ColumnNames changed = ColumnNaming.BIGQUERY.names(source);
          assertThat(BigQueryRules.validated(schema(changed.landed()))).hasSameSizeAs(source);
          ColumnNames same = ColumnNaming.SOURCE.names(source);
          if (same.noSchema().isEmpty()) {
            BigQueryRules.validated(schema(source));
            assertThat(changed.changed()).isEmpty();
          }
        });
  }

  @Test
  void namesTheColumnsOfLinesLikeThoseOfTheSchema() throws Exception {
    ColumnNames names = ColumnNaming.BIGQUERY.names(List.of("a b\"", "한"));
    List<ColumnPlan> plans =
        List.of(
            new OracleTypes()
                .plan(new Column("x", "VARCHAR2", -1, -1, true), "x", EncodeOptions.DEFAULTS),
            new OracleTypes()
                .plan(new Column("y", "VARCHAR2", -1, -1, true), "y", EncodeOptions.DEFAULTS));
    var line = new LineBuffer(8);
    var row = OracleRow.of("v");
    assertThat(row.next()).isTrue();
    new RowEncoder(plans, names.landed(), new EncodeCounters()).encode(row, line);
    assertThat(line.toString()).isEqualTo("{\"a_b_\":\"v\",\"_\":\"v\"}\n");
    line.clear();
    new RowEncoder(plans, names.source(), new EncodeCounters()).encode(row, line);
    assertThat(line.toString()).isEqualTo("{\"a b\\\"\":\"v\",\"한\":\"v\"}\n");
  }

  private static byte[] schema(List<String> names) {
    List<ColumnPlan> plans =
        IntStream.range(0, names.size())
            .mapToObj(i -> plan(names.get(i), "text", -1, -1, true))
            .toList();
    byte[] file = BigQuerySchema.write(plans, names);
    assertThat(new String(file, StandardCharsets.UTF_8)).startsWith("[");
    return file;
  }

  private static ColumnPlan plan(
      String name, String type, int precision, int scale, boolean nullable) {
    return new PostgresTypes()
        .plan(
            new Column(name, type, precision, scale, nullable),
            '"' + name + '"',
            EncodeOptions.DEFAULTS);
  }
}
