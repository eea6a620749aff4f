package io.estat.etl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.TableName;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceBehind;
import io.estat.etl.source.Sources;
import io.estat.etl.source.Split;
import io.estat.etl.source.TestSources;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private Connection writer;
  private Source source;
  private Snapshot snapshot;
  private Planner planner;

  @BeforeEach
  void open() throws SQLException {
    String url = "jdbc:h2:mem:planner;MODE=ORACLE";
    writer = DriverManager.getConnection(url, "sa", "");
    try (Statement statement = writer.createStatement()) {
      statement.execute("create table orders (id number(9) primary key, note varchar2(20))");
      statement.execute("insert into orders values (1, 'a'), (2, 'b'), (3, null)");
      statement.execute("create schema shop");
      statement.execute("create table shop.\"odd.name\" (\"x\"\"y\" int)");
    }
    source = Sources.open(TestSources.settings(url, "sa", ""));
    snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS);
    planner = new Planner(source, EncodeOptions.DEFAULTS, 100_000);
  }

  @AfterEach
  void close() throws SQLException {
    snapshot.close();
    source.close();
    writer.close();
  }

  private static TableRequest request(String asked, TableOptions options) {
    return new TableRequest(asked, TableName.parse(asked), options);
  }

  private static TableOptions options(List<String> columns, @Nullable String where) {
    return new TableOptions(columns, where, null, null, null);
  }

  private Failure refused(TableRequest request) {
    return catchThrowableOfType(PlanException.class, () -> planner.plan(snapshot, request))
        .failure();
  }

  @Test
  void asksForTheDefaultOwnerOnceForAllTables() throws Exception {
    var counting = new OwnerCount(source, new AtomicInteger());
    planner = new Planner(counting, EncodeOptions.DEFAULTS, 100_000);
    for (int i = 0; i < 3; i++) {
      planner.plan(snapshot, request("ORDERS", TableOptions.NONE));
    }
    assertThat(counting.asked()).hasValue(1);
  }

  private record OwnerCount(Source real, AtomicInteger asked) implements SourceBehind {
    @Override
    public String defaultOwner(Connection connection) throws SQLException {
      asked.incrementAndGet();
      return real.defaultOwner(connection);
    }
  }

  @Test
  void readsAWholeTableByOneCursorOfTheOnlySession() throws Exception {
    TablePlan plan = planner.plan(snapshot, request("ORDERS", TableOptions.NONE));
    assertThat(plan.table().name()).isEqualTo(new TableName("PUBLIC", "ORDERS"));
    assertThat(plan.columns()).extracting(c -> c.column().name()).containsExactly("ID", "NOTE");
    assertThat(plan.kind()).isEqualTo("one cursor");
    assertThat(plan.reason()).isEqualTo("H2 cannot share a snapshot");
    assertThat(plan.chunks())
        .containsExactly(
            new Chunk(0, new Split.Range("\"PUBLIC\".\"ORDERS\"", "", List.of(), 3), ""));
  }

  @Test
  void takesOnlyTheColumnsAndRowsThatAreWanted() throws Exception {
    TablePlan plan =
        planner.plan(
            snapshot, request("ORDERS", options(List.of("NOTE", "ID"), "id > 1 or note = 'a'")));
    assertThat(plan.columns())
        .extracting(c -> c.expression())
        .containsExactly("\"NOTE\"", "\"ID\"");
    String from = plan.chunks().getFirst().from(snapshot);
    assertThat(from).isEqualTo("\"PUBLIC\".\"ORDERS\" where (id > 1 or note = 'a')");
    var ids = new ArrayList<Integer>();
    try (Connection session = snapshot.session();
        Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery("select \"ID\" from " + from)) {
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
    }
    assertThat(ids).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void namesTheTableThatWasProbablyMeant() {
    assertThat(refused(request("ORDRES", TableOptions.NONE)))
        .isEqualTo(
            new Failure(
                "TABLE_NOT_FOUND",
                "table ORDRES is not there, or this user may not read it; did you mean PUBLIC.ORDERS?"));
    assertThat(refused(request("orders", TableOptions.NONE)).message())
        .endsWith("did you mean PUBLIC.ORDERS?");
    assertThat(refused(request("SHIP.\"odd.name\"", TableOptions.NONE)).message())
        .endsWith("did you mean SHOP.\"odd.name\"?");
    assertThat(refused(request("NOTHING_LIKE_IT", TableOptions.NONE)).message())
        .endsWith("; names are taken exactly, upper and lower case included");
  }

  @Test
  void namesTheColumnThatWasProbablyMeant() {
    assertThat(refused(request("ORDERS", options(List.of("ID", "NOTES"), null))))
        .isEqualTo(
            new Failure(
                "VALIDATION_ERROR",
                "table ORDERS: columns names NOTES, which the table does not have; did you mean NOTE?"));
    assertThat(refused(request("ORDERS", options(List.of("ID", "ID"), null))).message())
        .isEqualTo("table ORDERS: columns names ID twice");
  }

  @Test
  void refusesASplitColumnThatIsNotOfWholeNumbers() {
    var options = new TableOptions(List.of(), null, null, "NOTE", null);
    assertThat(refused(request("ORDERS", options)).message())
        .isEqualTo(
            "table ORDERS: split_column NOTE has the type CHARACTER VARYING; it must be a column of whole numbers");
  }

  @Test
  void refusesAConditionThatIsNotOneExpressionOrThatTheDatabaseCannotRead() {
    assertThat(refused(request("ORDERS", options(List.of(), "1=1) or (1=1"))).message())
        .isEqualTo(
            "table ORDERS: where must be one condition, but a parenthesis is closed that was not opened");
    assertThat(refused(request("ORDERS", options(List.of(), "id >"))).message())
        .startsWith("table ORDERS: the database refuses where: ");
    assertThat(refused(request("ORDERS", options(List.of(), "no_such = 1"))).message())
        .startsWith("table ORDERS: the database refuses where: ");
  }

  @Test
  void quotesTheNamesOfTheCatalog() throws Exception {
    TablePlan plan = planner.plan(snapshot, request("SHOP.\"odd.name\"", TableOptions.NONE));
    assertThat(plan.chunks().getFirst().from(snapshot)).isEqualTo("\"SHOP\".\"odd.name\"");
    assertThat(plan.columns().getFirst().expression()).isEqualTo("\"x\"\"y\"");
  }
}
