package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.estat.etl.source.Source;
import io.estat.testkit.Gen;
import io.estat.testkit.Property;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Values of every type, landed by the engine, read by a parser that is not ours, written back into
 * a second table with casts and compared by the database: what comes back is what was there.
 */
abstract class RoundTripContract extends LandingContract {
  /** In this zone some days begin at one o'clock. */
  private static final TimeZone ODD_ZONE = TimeZone.getTimeZone("America/Sao_Paulo");

  private static final int RANDOM_RUNS = 3;
  private static final int RANDOM_VALUES = 60;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static TimeZone zoneBefore = TimeZone.getDefault();

  /**
   * A value as it stands in a line.
   *
   * @param raw as it is written there
   * @param text without quotes and escapes, if it is text; else as written
   */
  record Landed(String raw, String text) {}

  /**
   * An expression that makes the database's value of a landed one.
   *
   * @param bind the value of its question mark, or null: it has none
   */
  record Back(String expression, @Nullable Object bind) {}

  @BeforeAll
  static void setZone() {
    zoneBefore = TimeZone.getDefault();
    TimeZone.setDefault(ODD_ZONE);
  }

  @AfterAll
  static void resetZone() {
    TimeZone.setDefault(zoneBefore);
  }

  /** In the name of the file of values, and its chapter in docs/types.md. */
  abstract String database();

  abstract Back back(TypeValues type, Landed value);

  /** An expression that is different for values that are different in anything. */
  abstract String exactly(TypeValues type, String column);

  /** A condition on two expressions, NULL being like NULL. */
  String differ(String one, String other) {
    return one + " is distinct from " + other;
  }

  /** Behind the parentheses of {@code create table}. */
  String tableOptions() {
    return "";
  }

  /** Expressions of SQL, by the declared type. */
  abstract Map<String, Gen<String>> randomExpressions();

  @Test
  void everyValueAtTheEndsOfItsTypeComesBack() throws Exception {
    comeBack(TypeValues.of(database()));
  }

  @Test
  void randomValuesComeBack() {
    Gen<List<TypeValues>> values =
        random -> {
          var types = new ArrayList<TypeValues>();
          randomExpressions()
              .forEach(
                  (type, gen) -> {
                    var expressions = new ArrayList<String>();
                    for (int i = 0; i < RANDOM_VALUES; i++) {
                      expressions.add(gen.make(random));
                    }
                    types.add(new TypeValues(type, TypeValues.withoutArguments(type), expressions));
                  });
          return types;
        };
    Property.forAll(RANDOM_RUNS, values, this::comeBack);
  }

  /** The names in the first column of the database's chapter, and the types of the file. */
  @Test
  void thePageNamesEveryTypeThatIsTriedHere() throws IOException {
    var tried = new TreeSet<String>();
    TypeValues.of(database()).forEach(type -> tried.add(type.name()));
    assertThat(TypesPage.names(database())).containsExactlyElementsOf(tried);
  }

  private void comeBack(List<TypeValues> types) throws Exception {
    for (int t = 0; t < types.size(); t++) {
      fill("t" + t, types.get(t));
    }
    String[] tables =
        IntStream.range(0, types.size()).mapToObj(t -> "t" + t).toArray(String[]::new);
    for (Source way : ways()) {
      Landing landing = landing();
      assertThat(landing.run(way, Landing.options(), tables))
          .isInstanceOf(JobOutcome.Completed.class);
      var different = new ArrayList<String>();
      for (int t = 0; t < types.size(); t++) {
        different.addAll(different("t" + t, types.get(t), landing.lines("t" + t)));
      }
      assertThat(different).isEmpty();
    }
  }

  /** NULL, and then the values. */
  private void fill(String table, TypeValues type) throws SQLException {
    create(table, type);
    var insert = new StringBuilder("insert into " + quote(table) + " values (0, null)");
    for (int i = 0; i < type.expressions().size(); i++) {
      insert.append(", (").append(i + 1).append(", ");
      insert.append(type.expressions().get(i)).append(')');
    }
    try {
      run(insert.toString());
    } catch (SQLException e) {
      throw new SQLException("a value of %s is wrong: %s".formatted(type.declared(), e), e);
    }
  }

  private void create(String table, TypeValues type) throws SQLException {
    run("drop table if exists " + quote(table));
    run(
        "create table %s (%s int, %s %s) %s"
            .formatted(quote(table), quote("i"), quote("v"), type.declared(), tableOptions()));
  }

  /** Values that did not come back, in words. */
  private List<String> different(String table, TypeValues type, List<String> lines)
      throws Exception {
    List<String> different = new ArrayList<>();
    create("back", type);
    var landed = new String[type.expressions().size() + 1];
    for (String line : lines) {
      load(type, line, landed, different);
    }
    String sql =
        "select a.%3$s from %1$s a left join %2$s b on a.%3$s = b.%3$s where b.%3$s is null or %4$s"
            .formatted(
                quote(table),
                quote("back"),
                quote("i"),
                differ(exactly(type, "a." + quote("v")), exactly(type, "b." + quote("v"))));
    try (Statement statement = connection().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        int i = rows.getInt(1);
        String value = i == 0 ? "null" : type.expressions().get(i - 1);
        different.add("%s %s landed as %s".formatted(type.declared(), value, landed[i]));
      }
    }
    if (lines.size() != landed.length) {
      different.add("%s: %d lines".formatted(type.declared(), lines.size()));
    }
    return different;
  }

  private void load(TypeValues type, String line, String[] landed, List<String> different)
      throws IOException {
    try (JsonParser parser = JSON.createParser(line)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      assertThat(parser.nextFieldName()).isEqualTo("i");
      int i = parser.nextIntValue(-1);
      assertThat(parser.nextFieldName()).isEqualTo("v");
      JsonToken token = parser.nextToken();
      int from = (int) parser.currentTokenLocation().getCharOffset();
      String text = token.isScalarValue() ? parser.getText() : "";
      parser.skipChildren();
      parser.finishToken();
      String raw = line.substring(from, (int) parser.currentLocation().getCharOffset());
      landed[i] = raw.length() > 1000 ? raw.substring(0, 1000) : raw;
      assertThat(parser.nextToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(parser.nextToken()).isNull();
      Back back =
          token == JsonToken.VALUE_NULL
              ? new Back("null", null)
              : back(type, new Landed(raw.strip(), text));
      String insert = "insert into %s values (%d, %s)";
      try (PreparedStatement statement =
          connection().prepareStatement(insert.formatted(quote("back"), i, back.expression()))) {
        if (back.bind() != null) {
          statement.setObject(1, back.bind());
        }
        statement.execute();
      } catch (SQLException e) {
        different.add("%s %s is refused: %s".formatted(type.declared(), landed[i], e));
      }
    }
  }

  static JsonParser parser(String json) throws IOException {
    return JSON.createParser(json);
  }
}
