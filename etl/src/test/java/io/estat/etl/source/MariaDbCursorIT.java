package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.estat.etl.domain.Column;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.encode.LineBuffer;
import io.estat.etl.encode.UnsupportedColumnException;
import io.estat.testkit.MariaDbServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a cursor costs that is not read to its end. */
@Timeout(300)
class MariaDbCursorIT {
  private static final int ROWS = 3_000_000;

  /** As the server makes them: narrow, and together more than what is on its way between two. */
  private static final String MANY =
      "(select seq as i, repeat('x', 100) as t from seq_1_to_%d) many".formatted(ROWS);

  private static final long LITTLE_BYTES = 32 << 20;

  private static MariaDbServer server;

  private final LineBuffer line = new LineBuffer(16);
  private MariaDbServer.Database database;
  private Connection writer;
  private Source source;
  private Dialect dialect;

  @BeforeAll
  static void startServer() throws IOException {
    server = MariaDbServer.start();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = server.createDatabase();
    writer = database.connect();
    source =
        Sources.open(
            TestSources.settings(database.url(), MariaDbServer.USER, MariaDbServer.PASSWORD));
    dialect = source.dialect();
    run("create table a (i bigint) engine=innodb", "insert into a values (1)");
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    writer.close();
  }

  @Test
  void closingInTheMiddleNeitherReadsTheRestNorLosesTheSnapshot() throws Exception {
    try (Snapshot snapshot = dialect.openSnapshot(source, 1);
        Connection session = snapshot.session()) {
      run("insert into a values (2)");
      long before = allocated();
      try (RowCursor rows = rows(session, MANY, "i", "t")) {
        rows.fetchRows(1000);
        assertThat(rows.next(line)).isTrue();
      }
      assertThat(allocated() - before).isLessThan(LITTLE_BYTES);
      assertThat(sent(session)).isLessThan(ROWS / 2);
      assertThat(Query.text(session, "select count(*) from a")).isEqualTo("1");
    }
  }

  @Test
  void aStopBetweenTwoFetchesHolds() throws Exception {
    try (Connection session = source.connection()) {
      SQLException failure;
      long before = allocated();
      try (RowCursor rows = rows(session, MANY, "i", "t")) {
        rows.fetchRows(1000);
        assertThat(rows.next(line)).isTrue();
        rows.cancel();
        failure = catchThrowableOfType(SQLException.class, () -> rows.next(line));
      }
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.CANCELLED);
      assertThat(allocated() - before).isLessThan(LITTLE_BYTES);
      assertThat(sent(session)).isLessThan(ROWS / 2);
    }
  }

  @Test
  void aStopWhileTheServerIsSilentEndsItsStatement() throws Exception {
    try (Connection session = source.connection()) {
      SQLException failure;
      try (RowCursor rows = rows(session, "(select sleep(100) as i from seq_1_to_3) slow", "i")) {
        Thread canceller =
            Thread.ofVirtual()
                .start(
                    () -> {
                      awaitSleeping();
                      rows.cancel();
                    });
        failure = catchThrowableOfType(SQLException.class, () -> rows.next(line));
        canceller.join();
      }
      assertThat(dialect.classify(failure)).isEqualTo(SourceFailure.CANCELLED);
      assertThat(Query.text(session, "select 'usable'")).isEqualTo("usable");
    }
  }

  @Test
  void endingAResultThatTheServerHasSentEndsNothingElse() throws Exception {
    try (Connection session = source.connection()) {
      for (int i = 0; i < 50; i++) {
        try (RowCursor rows = rows(session, "seq_1_to_9", "seq")) {
          rows.fetchRows(1);
          assertThat(rows.next(line)).isTrue();
        }
        assertThat(Query.text(session, "select 'usable'")).isEqualTo("usable");
      }
    }
  }

  @Test
  void withoutASecondConnectionTheRestIsReadOverButNotKept() throws Exception {
    run("create or replace user lonely identified by 'l'", "grant all on *.* to lonely");
    run("grant usage on *.* to lonely with max_user_connections 1");
    try (Connection session =
        new DriverConnections(dialect, TestSources.settings(database.url(), "lonely", "l"))
            .open()) {
      long before = allocated();
      try (RowCursor rows = rows(session, MANY, "i", "t")) {
        rows.fetchRows(1000);
        assertThat(rows.next(line)).isTrue();
      }
      assertThat(allocated() - before).isLessThan(LITTLE_BYTES);
      assertThat(Query.text(session, "select 'usable'")).isEqualTo("usable");
    }
  }

  private RowCursor rows(Connection session, String from, String... names)
      throws SQLException, UnsupportedColumnException {
    var plans = new ArrayList<ColumnPlan>();
    for (String name : names) {
      var column = new Column(name, name.equals("t") ? "longtext" : "bigint", -1, -1, true);
      plans.add(dialect.types().plan(column, dialect.quote(name), EncodeOptions.DEFAULTS));
    }
    var query = new RowQuery(plans, List.of(names), from, List.of());
    return dialect.rows(session, query, new EncodeCounters());
  }

  /** Bytes by this thread, on which the driver reads. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static long sent(Connection session) throws SQLException {
    return Query.first(session, "show session status like 'Rows_sent'", row -> row.getLong(2))
        .orElseThrow();
  }

  private void awaitSleeping() {
    try {
      while (Query.text(
              writer,
              "select count(*) from information_schema.processlist where state = 'User sleep'")
          .equals("0")) {
        Thread.onSpinWait();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
