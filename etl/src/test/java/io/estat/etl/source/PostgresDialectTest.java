package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.testkit.ManualClock;
import io.estat.testkit.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class PostgresDialectTest {
  private static final String AWKWARD = "a \"b\".c; -- d'é";

  private PostgresServer.Database database;
  private Connection writer;
  private Source source;
  private Dialect dialect;

  @BeforeEach
  void open() throws SQLException {
    database = PostgresServer.shared().createDatabase();
    writer = database.connect();
    source = open(PostgresServer.USER, PostgresServer.PASSWORD);
    dialect = source.dialect();
  }

  private Source open(String user, String password) throws SQLException {
    return Sources.open(TestSources.settings(database.url(), user, password));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    writer.close();
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String value(Connection session, String sql) throws SQLException {
    return Query.text(session, sql);
  }

  private Split split(String table, long chunkRows) throws SQLException {
    try (Connection connection = source.connection()) {
      TableInfo info = dialect.table(connection, new TableName("public", table)).orElseThrow();
      return dialect.split(connection, info, chunkRows);
    }
  }

  @Test
  void findsTablesAndColumnsByTheirExactNames() throws SQLException {
    String quoted = dialect.quote(AWKWARD);
    run(
        "create schema " + quoted,
        "create table %s.%s (%s int not null, b varchar(7))".formatted(quoted, quoted, quoted),
        "create table other (a int)");
    var name = new TableName(AWKWARD, AWKWARD);
    try (Connection connection = source.connection()) {
      assertThat(dialect.table(connection, name).orElseThrow().columns()).isEqualTo(2);
      assertThat(dialect.columns(connection, name))
          .containsExactly(
              new Column(AWKWARD, "int4", -1, -1, false), new Column("b", "varchar", 7, -1, true));
      assertThat(dialect.table(connection, new TableName(AWKWARD, AWKWARD + "x"))).isEmpty();
      assertThat(dialect.tables(connection, "", "B\""))
          .extracting(TableInfo::name)
          .containsExactly(name);
      assertThat(dialect.tables(connection, "", "%")).isEmpty();
      assertThat(dialect.tables(connection, dialect.defaultOwner(connection), ""))
          .extracting(table -> table.name().name())
          .containsExactly("other");
    }
  }

  @Test
  void tellsTypesWithWhatWasDeclared() throws SQLException {
    run(
        "create domain money_amount as numeric(9,2)",
        "create domain checked as money_amount check (value > 0)",
        "create table t (a numeric(9,2), b bpchar(5), c timestamptz(3), d interval(2), e checked,"
            + " f numeric, g int[], h varchar(4)[], i interval day, j bit(3), k numeric(3,-2))",
        "alter table t drop column f");
    try (Connection connection = source.connection()) {
      assertThat(dialect.columns(connection, new TableName("public", "t")))
          .extracting(c -> "%s %s %d %d".formatted(c.name(), c.type(), c.precision(), c.scale()))
          .containsExactly(
              "a numeric 9 2",
              "b bpchar 5 -1",
              "c timestamptz -1 3",
              "d interval -1 2",
              "e numeric 9 2",
              "g int4[] -1 -1",
              "h varchar[] 4 -1",
              "i interval -1 -1",
              "j bit 3 -1",
              "k numeric 3 -2");
    }
  }

  @Test
  void showsOnlyWhatTheUserMayRead() throws SQLException {
    run(
        "drop role if exists poor_reader",
        "create role poor_reader login password 'r'",
        "create table open_to_all (a int, b int)",
        "create table closed (a int)",
        "create table half (a int, b int)",
        "grant select on open_to_all to poor_reader",
        "grant select (b) on half to poor_reader");
    try (Source poor = open("poor_reader", "r");
        Connection connection = poor.connection()) {
      assertThat(dialect.tables(connection, "", ""))
          .extracting(table -> table.name().name())
          .containsExactly("half", "open_to_all");
      assertThat(dialect.columns(connection, new TableName("public", "half")))
          .extracting(Column::name)
          .containsExactly("b");
      assertThat(failure(connection, "select * from closed")).isEqualTo(SourceFailure.DENIED);
    }
    try (Source wrong = open("poor_reader", "wrong")) {
      assertThatThrownBy(() -> new DriverConnections(wrong.dialect(), wrong.settings()).open())
          .satisfies(
              e -> assertThat(dialect.classify((SQLException) e)).isEqualTo(SourceFailure.DENIED));
    }
  }

  @Test
  void saysWhatOfATableTheUserDoesNotSee() throws SQLException {
    run(
        "drop role if exists half_reader",
        "create role half_reader login password 'r'",
        "create table whole (a int)",
        "create table half (a int, b int, \"C d\" int)",
        "create table policed (a int)",
        "insert into policed values (1)",
        "alter table policed enable row level security",
        "create view ours as select a from policed",
        "grant select on whole, policed, ours to half_reader",
        "grant select (b) on half to half_reader");
    try (Source poor = open("half_reader", "r");
        Connection connection = poor.connection()) {
      assertThat(hidden(connection, "whole", false)).isEmpty();
      assertThat(hidden(connection, "half", false).orElseThrow())
          .contains("its columns a, C d;", "table_options.columns");
      assertThat(hidden(connection, "half", true)).isEmpty();
      assertThat(hidden(connection, "policed", true).orElseThrow()).contains("BYPASSRLS");
      assertThat(failure(connection, "select * from policed")).isEqualTo(SourceFailure.DENIED);
      assertThat(hidden(connection, "ours", false)).isEmpty();
      assertThat(value(connection, "select count(*) from ours")).isEqualTo("1");
    }
    try (Connection connection = source.connection()) {
      assertThat(hidden(connection, "policed", false)).isEmpty();
      assertThat(value(connection, "select count(*) from policed")).isEqualTo("1");
    }
  }

  private Optional<String> hidden(Connection connection, String table, boolean named)
      throws SQLException {
    return dialect.hidden(connection, new TableName("public", table), named).map(Hidden::toString);
  }

  @Test
  void everySessionSeesTheSnapshotAndNothingThatCameLater() throws SQLException {
    run("create table a (i int)", "insert into a values (1)");
    try (Snapshot snapshot = dialect.openSnapshot(source, TestSources.SESSIONS);
        Connection first = snapshot.session()) {
      run("insert into a values (2)");
      try (Connection second = snapshot.session()) {
        assertThat(value(first, "select count(*) from a")).isEqualTo("1");
        assertThat(value(second, "select count(*) from a")).isEqualTo("1");
        assertThat(value(second, "show transaction_read_only")).isEqualTo("on");
      }
      try (Connection again = snapshot.session()) {
        assertThat(value(again, "select count(*) from a")).isEqualTo("1");
      }
    }
    try (Connection after = source.connection()) {
      assertThat(value(after, "select count(*) from a")).isEqualTo("2");
      assertThat(after.getAutoCommit()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPoolerInTransactionModeIsRefusedWithASentence(boolean lastFirst) throws SQLException {
    try (var pooler = new TransactionPooler(source, 4, lastFirst)) {
      for (SnapshotOpening opening :
          List.<SnapshotOpening>of(
              () -> dialect.openSnapshot(pooler, TestSources.SESSIONS),
              () -> dialect.openSnapshotForOne(pooler))) {
        assertThatThrownBy(opening::open)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("pooler in transaction mode")
            .satisfies(
                e ->
                    assertThat(dialect.classify((SQLException) e))
                        .isEqualTo(SourceFailure.PERMANENT));
        assertThat(pooler.held()).isZero();
      }
    }
  }

  private interface SnapshotOpening {
    Snapshot open() throws SQLException;
  }

  @Test
  void aSnapshotThatIsTooOldIsLostWithASentence() throws SQLException {
    var clock = new ManualClock(Instant.parse("2026-01-31T23:59:59Z"));
    InstantSource time = () -> Instant.ofEpochMilli(clock.wallMillis());
    try (PostgresSnapshot snapshot = PostgresSnapshot.open(source, time)) {
      clock.advance(Duration.ofHours(6));
      snapshot.session().close();
      clock.advance(Duration.ofSeconds(1));
      assertTooOld(snapshot::session);
      snapshot.beat();
      await(
          "select count(*) from pg_stat_activity where state = 'idle in transaction'"
              + " and datname = current_database()",
          "0");
      assertTooOld(snapshot::session);
    }
    try (Snapshot snapshot = PostgresSnapshot.openForOne(source, time)) {
      clock.advance(Duration.ofHours(7));
      assertTooOld(snapshot::session);
    }
  }

  private void assertTooOld(SessionOpening opening) {
    assertThatThrownBy(opening::open)
        .isInstanceOf(SnapshotGoneException.class)
        .hasMessageContainingAll("etl.max_snapshot_age", "6h")
        .satisfies(
            e ->
                assertThat(dialect.classify((SQLException) e))
                    .isEqualTo(SourceFailure.SNAPSHOT_LOST));
  }

  private interface SessionOpening {
    Connection open() throws SQLException;
  }

  @Test
  void aSnapshotForOneReaderSeesOnePointInTime() throws SQLException {
    run("create table a (i int)", "insert into a values (1)");
    try (Snapshot snapshot = dialect.openSnapshotForOne(source)) {
      run("insert into a values (2)");
      try (Connection session = snapshot.session()) {
        assertThat(value(session, "select count(*) from a")).isEqualTo("1");
      }
      assertThat(snapshot.maxSessions()).isEqualTo(1);
      assertThat(snapshot.id()).startsWith("transactions ");
    }
  }

  /** Its transaction ends before its file is removed, and a reader may come in between. */
  @Test
  void aSnapshotWhoseExporterIsEndingIsLost() throws SQLException {
    try (Snapshot snapshot = dialect.openSnapshot(source, TestSources.SESSIONS)) {
      String file = "pg_snapshots/" + snapshot.id();
      run(
          "copy (select 1) to program 'cp %s %s.kept'".formatted(file, file),
          "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
              + " where query like '%pg_export_snapshot%' and datname = current_database()"
              + " and pid <> pg_backend_pid()",
          "copy (select 1) to program 'mv %s.kept %s'".formatted(file, file));
      assertThatThrownBy(snapshot::session)
          .isInstanceOf(SnapshotGoneException.class)
          .hasMessageContaining(snapshot.id());
      run("copy (select 1) to program 'rm %s'".formatted(file));
    }
  }

  @Test
  void aSnapshotWhoseExporterEndedIsLost() throws SQLException {
    try (Snapshot snapshot = dialect.openSnapshot(source, TestSources.SESSIONS)) {
      run(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where application_name = 'estat test' and state = 'idle in transaction'");
      await("select count(*) from pg_stat_activity where state = 'idle in transaction'", "0");
      assertThatThrownBy(snapshot::session)
          .isInstanceOf(SnapshotGoneException.class)
          .satisfies(
              e ->
                  assertThat(dialect.classify((SQLException) e))
                      .isEqualTo(SourceFailure.SNAPSHOT_LOST));
    }
  }

  /** Asks until the answer is this; the class's time limit ends it. */
  private void await(String sql, String answer) throws SQLException {
    while (!value(writer, sql).equals(answer)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void sessionsHaveNoTimeoutsWhateverTheServerIsSetTo() throws SQLException {
    run("alter database %s set statement_timeout = '1s'".formatted(database.name()));
    run("alter database %s set timezone = 'Asia/Kolkata'".formatted(database.name()));
    run(
        "alter database %s set idle_in_transaction_session_timeout = '1s'"
            .formatted(database.name()));
    try (Connection connection = source.connection()) {
      assertThat(value(connection, "show statement_timeout")).isEqualTo("0");
      assertThat(value(connection, "show idle_in_transaction_session_timeout")).isEqualTo("0");
      assertThat(value(connection, "show timezone")).isEqualTo("UTC");
      assertThat(value(connection, "show application_name")).isEqualTo("estat test");
      assertThat(failure(connection, "create table no (a int)")).isEqualTo(SourceFailure.PERMANENT);
    }
  }

  @Test
  void aSessionIsMadeReadyInOneRoundTrip() throws Exception {
    int port = URI.create(database.url().substring("jdbc:".length())).getPort();
    try (var relay = new Relay(port);
        Connection connection =
            DriverManager.getConnection(
                database.url().replace(":" + port, ":" + relay.port()),
                PostgresServer.USER,
                PostgresServer.PASSWORD)) {
      int before = relay.roundTrips();
      dialect.prepare(connection, source.settings());
      assertThat(relay.roundTrips() - before).isEqualTo(1);
      assertThat(value(connection, "show default_transaction_read_only")).isEqualTo("on");
      assertThat(value(connection, "show row_security")).isEqualTo("off");
      assertThat(value(connection, "show intervalstyle")).isEqualTo("iso_8601");
    }
  }

  @Test
  void streamsByTheFetchSize() throws SQLException {
    try (Snapshot snapshot = dialect.openSnapshot(source, TestSources.SESSIONS);
        Connection session = snapshot.session();
        PreparedStatement statement =
            session.prepareStatement("select repeat('x', 1000000) from generate_series(1, 2000)")) {
      statement.setFetchSize(2);
      try (ResultSet rows = statement.executeQuery()) {
        // All 2 GB of them would not fit into the heap of a test.
        assertThat(rows.next()).isTrue();
      }
    }
  }

  @Test
  void cancellingAStatementIsToldApart() throws Exception {
    try (Connection connection = source.connection();
        Statement statement = connection.createStatement()) {
      Thread canceller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      await(
                          "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                              + " and datname = current_database()",
                          "1");
                      statement.cancel();
                    } catch (SQLException e) {
                      throw new AssertionError(e);
                    }
                  });
      assertThatThrownBy(() -> statement.executeQuery("select pg_sleep(100)"))
          .satisfies(
              e ->
                  assertThat(dialect.classify((SQLException) e))
                      .isEqualTo(SourceFailure.CANCELLED));
      canceller.join();
    }
  }

  @Test
  void tellsWhatAFailureMeans() throws SQLException {
    try (Connection connection = source.connection()) {
      assertThat(failure(connection, "select * from missing")).isEqualTo(SourceFailure.CHANGED);
      assertThat(failure(connection, "select 1/0")).isEqualTo(SourceFailure.PERMANENT);
      run(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where application_name = 'estat test' and datname = current_database()");
      assertThat(failure(connection, "select 1")).isEqualTo(SourceFailure.TRANSIENT);
    }
  }

  private SourceFailure failure(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      throw new AssertionError(sql + " went well");
    } catch (SQLException e) {
      return dialect.classify(e);
    }
  }

  @Test
  void cutsAHeapIntoRangesOfPages() throws SQLException {
    run(
        "create table big (i int, t text)",
        "insert into big select i, repeat('x', 100) from generate_series(1, 50000) i",
        "analyze big");
    Split split = split("big", 10_000);
    assertThat(split.kind()).isEqualTo("ctid ranges");
    assertThat(split.ranges()).hasSize(5);
    assertThat(split.ranges().getFirst().condition()).matches("ctid < '\\(\\d+,0\\)'::tid");
    assertThat(split.ranges().getLast().condition()).matches("ctid >= '\\(\\d+,0\\)'::tid");
    try (Connection connection = source.connection()) {
      String plan =
          value(connection, "explain select * from big where " + split.ranges().get(2).condition());
      assertThat(plan).contains("Tid Range Scan");
    }
  }

  @Test
  void cutsAPartitionedTableByItsPartitions() throws SQLException {
    run(
        "create table parts (i int, t text) partition by range (i)",
        "create table parts_low partition of parts for values from (0) to (40000)",
        "create table parts_high partition of parts for values from (40000) to (100000)"
            + " partition by range (i)",
        "create table \"odd part\" partition of parts_high default",
        "insert into parts select i, repeat('x', 100) from generate_series(1, 50000) i",
        "analyze");
    Split split = split("parts", 20_000);
    assertThat(split.kind()).isEqualTo("ctid ranges");
    assertThat(split.ranges())
        .extracting(Split.Range::table)
        .containsExactly("public.parts_low", "public.parts_low", "public.\"odd part\"");
    run("alter table parts enable row level security");
    assertThat(split("parts", 20_000).reason()).isEqualTo("the partitioned table has row security");
  }

  @Test
  void saysWhyATableIsReadByOneCursor() throws SQLException {
    run(
        "create table small (i int)",
        "create view v as select 1 as i",
        "create table parent (i int)",
        "create table child () inherits (parent)",
        "create table hollow (i int) partition by range (i)");
    for (var expected :
        List.of(
            List.of("small", "the table fits into one chunk"),
            List.of("v", "a view has no pages"),
            List.of("parent", "other tables inherit from it"),
            List.of("hollow", "the partitioned table has no partition"))) {
      Split split = split(expected.getFirst(), 10);
      assertThat(split.kind()).isEqualTo("one cursor");
      assertThat(split.reason()).isEqualTo(expected.getLast());
    }
  }
}
