package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.estat.etl.domain.Column;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.LineBuffer;
import io.estat.testkit.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CopyCursorTest {
  private static final int MANY = 200_000;

  private PostgresServer.Database database;
  private Connection other;
  private Source source;
  private Dialect dialect;
  private final LineBuffer line = new LineBuffer(16);

  @BeforeEach
  void open() throws SQLException {
    database = PostgresServer.shared().createDatabase();
    other = database.connect();
    source =
        Sources.open(
            TestSources.settings(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
    dialect = source.dialect();
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    other.close();
  }

  @Test
  void readsRowsAndTheServersOwnCount() throws SQLException {
    run("create table t (i int, \"v %s\" text)", "insert into t values (1, 'a'), (2, null)");
    try (Connection session = session();
        RowCursor rows = copy(session, "t where (\"v %s\" like 'a%' or i > 1)", "i", "v %s")) {
      assertThat(lines(rows))
          .containsExactlyInAnyOrder("{\"i\":1,\"v %s\":\"a\"}\n", "{\"i\":2,\"v %s\":null}\n");
      assertThat(rows.count()).isEqualTo(2);
    }
  }

  @Test
  void readsNothingFromAnEmptyTable() throws SQLException {
    run("create table t (i int)");
    try (Connection session = session();
        RowCursor rows = copy(session, "t", "i")) {
      assertThat(lines(rows)).isEmpty();
      assertThat(rows.count()).isZero();
    }
  }

  @Test
  void readsARangeOfKeysByLiterals() throws SQLException {
    run("create table t (i int)", "insert into t select generate_series(-9, 9)");
    var query = query("t where i >= ? and i < ?", List.of(-2L, 1L), "i");
    try (Connection session = session();
        RowCursor rows = dialect.rows(session, query, new EncodeCounters())) {
      assertThat(rows).isInstanceOf(CopyCursor.class);
      assertThat(lines(rows))
          .containsExactlyInAnyOrder("{\"i\":-2}\n", "{\"i\":-1}\n", "{\"i\":0}\n");
    }
  }

  @Test
  void takesTheResultSetWhereABindCannotBeALiteral() throws SQLException {
    run("create table t (\"i?\" int)", "insert into t select generate_series(1, 9)");
    var query = query("t where \"i?\" < ?", List.of(3L), "i?");
    try (Connection session = session();
        RowCursor rows = dialect.rows(session, query, new EncodeCounters())) {
      assertThat(rows).isInstanceOf(ResultSetCursor.class);
      assertThat(lines(rows)).hasSize(2);
      assertThat(rows.count()).isEqualTo(2);
    }
  }

  @Test
  void readsARowOfManyMegabytes() throws SQLException {
    run("create table t (v text)", "insert into t select repeat('0123456789', 1 << 20)");
    try (Connection session = session();
        RowCursor rows = copy(session, "t", "v")) {
      assertThat(lines(rows)).containsExactly("{\"v\":\"" + "0123456789".repeat(1 << 20) + "\"}\n");
    }
  }

  @Test
  void canBeClosedInTheMiddle() throws SQLException {
    run("create table t as select i from generate_series(1, %d) i".formatted(MANY));
    try (Connection session = session()) {
      try (RowCursor rows = copy(session, "t", "i")) {
        assertThat(rows.next(line)).isTrue();
      }
      session.rollback();
      assertThat(Query.text(session, "select 'usable'")).isEqualTo("usable");
    }
  }

  @Test
  void isCancelledWhileTheServerIsSilent() throws Exception {
    String from = "(select 1 as i, pg_sleep(600)) t";
    try (Connection session = session()) {
      SQLException failure;
      try (RowCursor rows = copy(session, from, "i")) {
        Thread canceller =
            Thread.ofVirtual()
                .start(
                    () -> {
                      awaitSleeping("copy%");
                      rows.cancel();
                    });
        failure = catchThrowableOfType(SQLException.class, () -> rows.next(line));
        canceller.join();
      }
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.CANCELLED);
      session.rollback();
      assertThat(Query.text(session, "select 'usable'")).isEqualTo("usable");
    }
  }

  @Test
  void aStopThatComesBeforeTheFirstRowHolds() throws Exception {
    try (Connection session = session();
        RowCursor rows = copy(session, "(select 1 as i, pg_sleep(600)) t", "i")) {
      rows.cancel();
      var failure = catchThrowableOfType(SQLException.class, () -> rows.next(line));
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.CANCELLED);
    }
  }

  @Test
  void aResultSetIsStoppedWhileFurtherRowsAreFetched() throws Exception {
    String from =
        "(select g as \"i?\", case when g > 1 then pg_sleep(600) end from generate_series(1, 9) g"
            + " offset 0) t where \"i?\" < ?";
    try (Connection session = session();
        RowCursor rows =
            dialect.rows(session, query(from, List.of(9L), "i?"), new EncodeCounters())) {
      assertThat(rows).isInstanceOf(ResultSetCursor.class);
      rows.fetchRows(1);
      assertThat(rows.next(line)).isTrue();
      Thread canceller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    awaitSleeping("select%");
                    rows.cancel();
                  });
      var failure = catchThrowableOfType(SQLException.class, () -> rows.next(line));
      canceller.join();
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.CANCELLED);
    }
  }

  @Test
  void cancelsNothingThatComesLater() throws Exception {
    run("create table t as select 1 as i");
    try (Connection session = session()) {
      RowCursor rows = copy(session, "t", "i");
      try (rows) {
        assertThat(lines(rows)).hasSize(1);
      }
      Thread canceller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    awaitSleeping("select 'late'%");
                    rows.cancel();
                  });
      assertThat(Query.text(session, "select 'late' from pg_sleep(1)")).isEqualTo("late");
      canceller.join();
    }
  }

  @Test
  void saysThatAKilledSessionMayBeTriedAgain() throws SQLException {
    run("create table t as select i from generate_series(1, %d) i".formatted(MANY));
    try (Connection session = session()) {
      String backend = Query.text(session, "select pg_backend_pid()");
      SQLException failure;
      try (RowCursor rows = copy(session, "t", "i")) {
        assertThat(rows.next(line)).isTrue();
        run("select pg_terminate_backend(%s)".formatted(backend));
        failure = catchThrowableOfType(SQLException.class, () -> lines(rows));
      }
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.TRANSIENT);
      assertThatThrownBy(session::rollback).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void saysThatACutConnectionMayBeTriedAgain() throws Exception {
    run("create table t as select i from generate_series(1, %d) i".formatted(MANY));
    int port = URI.create(database.url().substring("jdbc:".length())).getPort();
    try (var relay = new Relay(port);
        Source cut =
            Sources.open(
                TestSources.settings(
                    database.url().replace(":" + port, ":" + relay.port()),
                    PostgresServer.USER,
                    PostgresServer.PASSWORD));
        Connection session = cut.connection()) {
      session.setAutoCommit(false);
      SQLException failure;
      try (RowCursor rows = copy(session, "t", "i")) {
        assertThat(rows.next(line)).isTrue();
        relay.cut();
        failure = catchThrowableOfType(SQLException.class, () -> lines(rows));
      }
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.TRANSIENT);
      // And does not wait for the end of the COPY.
      assertThatThrownBy(session::rollback).isInstanceOf(SQLException.class);
    }
  }

  private Connection session() throws SQLException {
    Connection session = source.connection();
    session.setAutoCommit(false);
    return session;
  }

  private RowCursor copy(Connection session, String from, String... columns) throws SQLException {
    RowCursor rows = dialect.rows(session, query(from, List.of(), columns), new EncodeCounters());
    assertThat(rows).isInstanceOf(CopyCursor.class);
    return rows;
  }

  /** Columns called i are integers, others are text. */
  private RowQuery query(String from, List<Object> binds, String... names) {
    var plans = new ArrayList<ColumnPlan>();
    for (String name : names) {
      var column = new Column(name, name.startsWith("i") ? "int4" : "text", -1, -1, true);
      try {
        plans.add(dialect.types().plan(column, dialect.quote(name), EncodeOptions.DEFAULTS));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return new RowQuery(plans, List.of(names), from, binds);
  }

  private List<String> lines(RowCursor rows) throws SQLException {
    var lines = new ArrayList<String>();
    line.clear();
    while (rows.next(line)) {
      lines.add(line.toString());
      line.clear();
    }
    return lines;
  }

  private void awaitSleeping(String query) {
    String sleeping =
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and query like '%s'"
            .formatted(query.replace("'", "''"));
    try {
      while (Query.text(other, sleeping).equals("0")) {
        Thread.onSpinWait();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = other.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
