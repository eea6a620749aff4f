package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import io.estat.testkit.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class MariaDbDialectIT {
  private static final String AWKWARD = "a `b`.c; -- d'é";

  private static MariaDbServer server;

  private MariaDbServer.Database database;
  private Connection writer;
  private Source source;
  private Dialect dialect;

  @BeforeAll
  static void startServer() throws IOException {
    server = MariaDbServer.start("--log-bin");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = server.createDatabase();
    writer = database.connect();
    source = open(database.url());
    dialect = source.dialect();
  }

  private static Source open(String url) throws SQLException {
    return Sources.open(TestSources.settings(url, MariaDbServer.USER, MariaDbServer.PASSWORD));
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

  private TableName name(String table) {
    return new TableName(database.name(), table);
  }

  @Test
  void findsTablesAndColumnsByTheirExactNames() throws SQLException {
    String quoted = dialect.quote(AWKWARD);
    run(
        "create table %s (%s int not null, b varchar(7))".formatted(quoted, quoted),
        "create table Other (a int)",
        "create table other (a int, b int)");
    try (Connection connection = source.connection()) {
      assertThat(dialect.defaultOwner(connection)).isEqualTo(database.name());
      assertThat(dialect.table(connection, name(AWKWARD)).orElseThrow().columns()).isEqualTo(2);
      assertThat(dialect.columns(connection, name(AWKWARD)))
          .containsExactly(
              new Column(AWKWARD, "int", 10, 0, false), new Column("b", "varchar", 7, -1, true));
      assertThat(dialect.table(connection, name("Other")).orElseThrow().columns()).isEqualTo(1);
      assertThat(dialect.table(connection, name("OTHER"))).isEmpty();
      assertThat(dialect.tables(connection, database.name(), "b`"))
          .extracting(TableInfo::name)
          .containsExactly(name(AWKWARD));
      assertThat(dialect.tables(connection, database.name(), "%")).isEmpty();
    }
  }

  @Test
  void tellsTypesWithWhatWasDeclared() throws SQLException {
    run(
        "create table t (a decimal(9,2) unsigned, b bigint unsigned, c datetime(3), d json, e bit(3),"
            + " f enum('x unsigned', 'y'), g longtext, h timestamp(6) null)");
    try (Connection connection = source.connection()) {
      assertThat(dialect.columns(connection, name("t")))
          .extracting(c -> "%s %d %d".formatted(c.type(), c.precision(), c.scale()))
          .containsExactly(
              "decimal unsigned 9 2",
              "bigint unsigned 20 0",
              "datetime -1 3",
              "json 2147483647 -1",
              "bit 3 -1",
              "enum 10 -1",
              "longtext 2147483647 -1",
              "timestamp -1 6");
    }
  }

  @Test
  void sessionsOfOneSnapshotSeeTheSameUnderConstantCommits() throws Exception {
    run("create table a (i int) engine=innodb");
    var writing = new AtomicBoolean(true);
    Thread commits =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (writing.get()) {
                      run("insert into a values (1)");
                    }
                  } catch (SQLException e) {
                    throw new AssertionError(e);
                  }
                });
    try (Snapshot snapshot = dialect.openSnapshot(source, TestSources.SESSIONS)) {
      assertThat(snapshot.id()).startsWith("binlog ");
      var sessions = new ArrayList<Connection>();
      for (int i = 0; i < snapshot.maxSessions(); i++) {
        sessions.add(snapshot.session());
      }
      List<String> counts = new ArrayList<>();
      for (Connection session : sessions) {
        counts.add(Query.text(session, "select count(*) from a"));
        session.close();
      }
      assertThat(counts.stream().distinct()).hasSize(1);
    } finally {
      writing.set(false);
      commits.join();
    }
  }

  @Test
  void everySessionSeesTheSnapshotAndNothingThatCameLater() throws SQLException {
    run("create table a (i int)", "insert into a values (1)");
    try (Snapshot snapshot = dialect.openSnapshot(source, TestSources.SESSIONS)) {
      assertThat(snapshot.maxSessions()).isEqualTo(TestSources.SESSIONS);
      assertThat(snapshot.reason()).isEmpty();
      run("insert into a values (2)");
      for (int i = 0; i < TestSources.SESSIONS + 1; i++) {
        try (Connection session = snapshot.session()) {
          assertThat(Query.text(session, "select count(*) from a")).isEqualTo("1");
        }
      }
    }
    try (Connection after = source.connection()) {
      assertThat(Query.text(after, "select count(*) from a")).isEqualTo("2");
      assertThat(after.getAutoCommit()).isTrue();
    }
  }

  @Test
  void aBrokenSessionIsNotReplacedAndTheOthersGoOn() throws SQLException {
    try (Snapshot snapshot = dialect.openSnapshot(source, 2)) {
      for (int i = 0; i < 2; i++) {
        try (Connection session = snapshot.session()) {
          run("kill " + Query.text(session, "select connection_id()"));
        }
      }
      assertThatThrownBy(snapshot::session).isInstanceOf(SnapshotGoneException.class);
    }
  }

  @Test
  void withoutABinaryLogThereIsOneSession() throws Exception {
    try (MariaDbServer silent = MariaDbServer.start();
        Source other = open(silent.createDatabase().url());
        Snapshot snapshot = dialect.openSnapshot(other, TestSources.SESSIONS)) {
      assertThat(snapshot.maxSessions()).isEqualTo(1);
      assertThat(snapshot.reason())
          .isEqualTo("the server writes no binary log to compare snapshots by");
    }
  }

  @Test
  void whereItIsAllowedALockGivesSessionsOneMoment() throws Exception {
    try (MariaDbServer silent = MariaDbServer.start()) {
      MariaDbServer.Database locked = silent.createDatabase();
      try (Connection other = locked.connect();
          Statement statement = other.createStatement();
          Source allowed = Sources.open(allowingLock(locked.url()))) {
        statement.execute("create table a (i int) engine=innodb");
        statement.execute("insert into a values (1)");
        try (Snapshot snapshot = dialect.openSnapshot(allowed, TestSources.SESSIONS)) {
          assertThat(snapshot.maxSessions()).isEqualTo(TestSources.SESSIONS);
          assertThat(snapshot.id()).isEqualTo("begun under a global lock");
          statement.execute("insert into a values (2)");
          for (int i = 0; i < TestSources.SESSIONS; i++) {
            try (Connection session = snapshot.session()) {
              assertThat(Query.text(session, "select count(*) from a")).isEqualTo("1");
            }
          }
        }
      }
    }
  }

  @Test
  void aLockThatSomebodyElseIsInTheWayOfIsGivenUpAfterFiveSeconds() throws Exception {
    try (MariaDbServer silent = MariaDbServer.start()) {
      MariaDbServer.Database locked = silent.createDatabase();
      try (Connection other = locked.connect();
          Statement statement = other.createStatement();
          Source allowed = Sources.open(allowingLock(locked.url()))) {
        statement.execute("create table a (i int) engine=innodb");
        statement.execute("lock tables a write");
        try (Snapshot snapshot = dialect.openSnapshot(allowed, TestSources.SESSIONS)) {
          assertThat(snapshot.maxSessions()).isEqualTo(1);
          assertThat(snapshot.reason()).startsWith("the global lock for a common snapshot");
          statement.execute("insert into a values (1)");
          assertThat(allowed.poolUse().orElseThrow().active()).isEqualTo(1);
        }
      }
    }
  }

  private static SourceSettings allowingLock(String url) {
    return TestSources.settings(url, MariaDbServer.USER, MariaDbServer.PASSWORD)
        .allowing(true, false);
  }

  @Test
  void cutsByTheRangesOfAPrimaryKeyOfWholeNumbers() throws SQLException {
    run(
        "create table big (id bigint primary key, t text)",
        "insert into big select seq * 3, 'x' from seq_1_to_10000",
        "create table pair (a int, b int, primary key (a, b))",
        "insert into pair select seq, seq from seq_1_to_10000",
        "create table words (w varchar(9) primary key)",
        "create table keyless (a int)",
        "create table isam (id int primary key) engine=myisam",
        "create view v as select 1 as a",
        "analyze table big, pair");
    assertThat(split("big").kind()).isEqualTo("key ranges");
    assertThat(split("big").ranges()).hasSizeBetween(8, 11);
    assertThat(split("pair").kind()).isEqualTo("key ranges");
    assertThat(split("words").reason())
        .isEqualTo("its primary key does not begin with a whole number");
    assertThat(split("keyless").reason()).isEqualTo("it has no primary key");
    assertThat(split("isam").reason()).isEqualTo("MyISAM knows no snapshot, only InnoDB does");
    assertThat(split("v").reason()).isEqualTo("a view has no key");
  }

  private Split split(String table) throws SQLException {
    try (Connection connection = source.connection()) {
      return dialect.split(connection, dialect.table(connection, name(table)).orElseThrow(), 1000);
    }
  }

  @Test
  void takesAUrlOfMySql() throws SQLException {
    try (Source mysql = open(database.url().replace("jdbc:mariadb:", "jdbc:mysql:"));
        Connection connection = mysql.connection()) {
      assertThat(Query.text(connection, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void sessionsAreInUtcReadOnlyAndWithoutTimeout() throws SQLException {
    run("set global max_statement_time = 1", "set global time_zone = '+05:30'");
    try (Source other = open(database.url());
        Connection connection = other.connection()) {
      assertThat(Query.text(connection, "select @@session.time_zone")).isEqualTo("+00:00");
      assertThat(Query.text(connection, "select @@session.max_statement_time"))
          .isEqualTo("0.000000");
      run("create table t (i int)");
      assertThat(failure(connection, "insert into t values (1)"))
          .isEqualTo(SourceFailure.PERMANENT);
      assertThat(Query.text(connection, "select count(*) from t")).isEqualTo("0");
    } finally {
      run("set global max_statement_time = 0", "set global time_zone = system");
    }
  }

  @Test
  void streamsByTheFetchSize() throws SQLException {
    try (Snapshot snapshot = dialect.openSnapshot(source, 1);
        Connection session = snapshot.session();
        PreparedStatement statement =
            session.prepareStatement("select repeat('x', 1000000) from seq_1_to_800")) {
      statement.setFetchSize(2);
      try (ResultSet rows = statement.executeQuery()) {
        // All 800 MB of them would not fit into the heap of a test.
        int read = 0;
        while (rows.next()) {
          read++;
        }
        assertThat(read).isEqualTo(800);
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
                      while (!Query.text(
                              writer,
                              "select count(*) from information_schema.processlist where state = 'User sleep'")
                          .equals("1")) {
                        Thread.onSpinWait();
                      }
                      statement.cancel();
                    } catch (SQLException e) {
                      throw new AssertionError(e);
                    }
                  });
      assertThatThrownBy(() -> statement.executeQuery("select sleep(100) from seq_1_to_3").next())
          .satisfies(
              e ->
                  assertThat(dialect.classify((SQLException) e))
                      .isEqualTo(SourceFailure.CANCELLED));
      canceller.join();
    }
  }

  @Test
  void tellsWhatAFailureMeans() throws SQLException {
    run(
        "create or replace user poor identified by 'p'",
        "create table secret (i int)",
        "create table half (a int, b int)",
        "grant select (a) on half to poor");
    try (Connection connection = source.connection()) {
      assertThat(failure(connection, "select * from missing")).isEqualTo(SourceFailure.CHANGED);
      assertThat(failure(connection, "select nonsense(")).isEqualTo(SourceFailure.PERMANENT);
      run("kill " + Query.text(connection, "select connection_id()"));
      assertThat(failure(connection, "select 1")).isEqualTo(SourceFailure.TRANSIENT);
    }
    try (Source poor = Sources.open(TestSources.settings(database.url(), "poor", "p"));
        Connection connection = poor.connection()) {
      assertThat(failure(connection, "select * from secret")).isEqualTo(SourceFailure.DENIED);
    }
    try (Source wrong = Sources.open(TestSources.settings(database.url(), "poor", "x"))) {
      assertThatThrownBy(() -> new DriverConnections(wrong.dialect(), wrong.settings()).open())
          .satisfies(
              e -> assertThat(dialect.classify((SQLException) e)).isEqualTo(SourceFailure.DENIED));
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
}
