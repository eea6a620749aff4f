package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of any name and width land, and those that change meanwhile do not. */
abstract class LandingContract {
  private static final String ODD_TABLE = "a \"b\".c$d; -- 한 `select` ? %s 'x'";

  private static final String DATA = ".jsonl.gz";
  private static final Pattern ORDERS = Pattern.compile("\\b(orders|id|note|more)\\b");

  @TempDir private Path folder;
  private int landings;

  /** Of the engine; each way in which it reads rows. */
  abstract List<Source> ways();

  /** Writes. */
  abstract Connection connection();

  /** As many as the database takes. */
  abstract int columnsOfWidestTable();

  /** Some of what the database takes. */
  List<String> oddColumns() {
    return List.of(
        "select", "Select", "SELECT", "a.b", "a\"b", "`", "$1", "한국", "😀", " ", "\\", "?", "%s",
        "'", "--", "/*", "\u0001", "a\nb");
  }

  /** Anew for each job. */
  final Landing landing() throws IOException {
    return new Landing(Files.createDirectory(folder.resolve("landing" + landings++)));
  }

  /** What empties or replaces a table; {@code create} and {@code alter} with the same form. */
  List<String> emptyings() {
    return List.of(
        "truncate table orders",
        "drop table orders; create table orders (id int, note varchar(20))",
        "alter table orders drop column id; alter table orders add column id int");
  }

  @Test
  void landsTablesAndColumnsOfAnyName() throws Exception {
    List<String> names = oddColumns();
    String declared =
        names.stream().map(name -> quote(name) + " int").collect(Collectors.joining(", "));
    run("create table %s (%s)".formatted(quote(ODD_TABLE), declared));
    run("insert into %s values (%s)".formatted(quote(ODD_TABLE), numbers(names.size())));
    for (Source way : ways()) {
      Landing landing = landing();
      TableRequest request =
          TableRequest.of(new TableName(null, ODD_TABLE).toString(), TableOptions.NONE);
      assertThat(landing.run(way, Landing.options(), request.asked()))
          .isInstanceOf(JobOutcome.Completed.class);
      String object =
          landing.files().stream().filter(file -> file.endsWith(DATA)).findFirst().orElseThrow();
      String line = landing.lines(object.substring(0, object.length() - DATA.length())).getFirst();
      assertThat(fields(line)).isEqualTo(names);
    }
  }

  @Test
  void landsWideTables() throws Exception {
    for (int width : List.of(300, columnsOfWidestTable())) {
      List<String> names = IntStream.range(0, width).mapToObj(i -> "c" + i).toList();
      String table = "wide" + width;
      String declared =
          names.stream().map(name -> quote(name) + " int").collect(Collectors.joining(", "));
      run("create table %s (%s)".formatted(quote(table), declared));
      run("insert into %s values (%s)".formatted(quote(table), numbers(width)));
      for (Source way : ways()) {
        Landing landing = landing();
        assertThat(landing.run(way, Landing.options(), table))
            .isInstanceOf(JobOutcome.Completed.class);
        assertThat(landing.lines(table)).hasSize(1);
        assertThat(fields(landing.lines(table).getFirst())).isEqualTo(names);
      }
    }
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(", "));
  }

  /** The names in a line whose values count from 0. */
  private static List<String> fields(String line) throws IOException {
    var names = new ArrayList<String>();
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        assertThat(parser.nextIntValue(-1)).isEqualTo(names.size());
        names.add(name);
      }
    }
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alter table orders drop column note | column note is gone
          alter table orders add column more int | column more is new
          alter table orders drop column note; alter table orders add column note int | column note was
          """)
  void saysWhichColumnWasAlteredBeforeTheTableWasRead(String alterations, String said)
      throws Exception {
    for (Source way : ways()) {
      createOrders();
      Source altered = BentSource.withEventBeforeSession(1, () -> execute(alterations), way);
      Landing landing = landing();
      assertThat(landing.run(altered, Landing.options(), "orders"))
          .isInstanceOf(JobOutcome.Failed.class);
      Failure why = landing.watch().events(ExtractionFailed.class).getFirst().error();
      assertThat(why.code()).isEqualTo("TABLE_CHANGED");
      assertThat(why.message())
          .contains("orders was altered while it was read: " + said)
          .contains("run the job again");
      assertThat(landing.files()).isEmpty();
    }
  }

  /** What was there at the point in time lands, or nothing does. */
  @Test
  void neverLandsATableThatWasEmptiedOrMadeAnewAsIfItHadNoRows() throws Exception {
    for (String emptying : emptyings()) {
      for (Source way : ways()) {
        createOrders();
        neverLandsEmptied(emptying, way);
      }
    }
  }

  private void neverLandsEmptied(String emptying, Source way) throws Exception {
    Source emptied = BentSource.withEventBeforeSession(1, () -> execute(emptying), way);
    Landing landing = landing();
    if (landing.run(emptied, Landing.options(), "orders") instanceof JobOutcome.Completed) {
      assertThat(landing.lines("orders")).as(emptying).containsExactly("{\"id\":1,\"note\":\"x\"}");
    } else {
      Failure why = landing.watch().events(ExtractionFailed.class).getFirst().error();
      assertThat(why.code()).isIn("TABLE_CHANGED", "SNAPSHOT_LOST");
      assertThat(why.message()).as(emptying).contains("orders").contains("run the job again");
    }
  }

  private void createOrders() throws SQLException {
    execute("drop table if exists orders");
    execute("create table orders (id int, note varchar(20))");
    execute("insert into orders values (1, 'x')");
  }

  final String quote(String name) {
    return ways().getFirst().dialect().quote(name);
  }

  /** With their names in quotes, which in H2 would be in upper case else. */
  private void execute(String statements) throws SQLException {
    for (String sql : statements.split("; ")) {
      run(ORDERS.matcher(sql).replaceAll(name -> Matcher.quoteReplacement(quote(name.group()))));
    }
  }

  final void run(String... statements) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
