package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
public class H2DialectTest {
  private static final String AWKWARD = "a \"b\".c; -- d'é";

  @TempDir Path folder;
  private Connection writer;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    openMode("ORACLE");
  }

  private void openMode(String mode) throws SQLException {
    String url = "jdbc:h2:" + folder.resolve(mode) + ";DB_CLOSE_DELAY=-1;MODE=" + mode;
    writer = DriverManager.getConnection(url, "sa", "");
    source = Sources.open(TestSources.settings(url, "sa", ""));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    run("shutdown");
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static long count(Connection session, String table) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void aFileThatIsNotThereIsNotMade() {
    Path typo = folder.resolve("typo");

    assertThatThrownBy(() -> open("jdbc:h2:" + typo)).hasMessageContaining("typo");
    assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith("typo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";IFEXISTS=FALSE",
        ";ifexists=false;DB_CLOSE_ON_EXIT=TRUE",
        ";IFEXISTS=FALSE;AUTO_SERVER=TRUE"
      })
  void whatTheUrlSaysOfAFileWins(String more) throws SQLException {
    open("jdbc:h2:" + folder.resolve("other") + more);

    assertThat(folder.resolve("other.mv.db")).exists();
  }

  private static void open(String url) throws SQLException {
    try (Source opened = Sources.open(TestSources.settings(url, "sa", ""));
        Connection connection = opened.connection()) {
      assertThat(connection.isValid(0)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"REGULAR", "ORACLE", "POSTGRESQL", "MYSQL"})
  void findsTablesAndColumnsByTheirExactNames(String mode) throws SQLException {
    close();
    openMode(mode);
    String quoted = source.dialect().quote(AWKWARD);
    run(
        "create schema " + quoted,
        "create table %s.%s (%s int not null, b varchar(7))".formatted(quoted, quoted, quoted),
        "create table other (a int)");
    var name = new TableName(AWKWARD, AWKWARD);
    try (Connection connection = source.connection()) {
      Dialect dialect = source.dialect();
      assertThat(dialect.table(connection, name).orElseThrow().name()).isEqualTo(name);
      assertThat(dialect.table(connection, name).orElseThrow().columns()).isEqualTo(2);
      assertThat(dialect.columns(connection, name).getFirst())
          .isEqualTo(new Column(AWKWARD, "INTEGER", 32, 0, false));
      assertThat(dialect.table(connection, new TableName(AWKWARD, AWKWARD + "x"))).isEmpty();
      assertThat(dialect.tables(connection, "", "B\""))
          .extracting(TableInfo::name)
          .containsExactly(name);
      assertThat(dialect.tables(connection, "", "%")).isEmpty();
      String owner = dialect.defaultOwner(connection);
      assertThat(dialect.tables(connection, owner, ""))
          .extracting(t -> t.name().name())
          .allMatch(table -> table.equalsIgnoreCase("other"));
    }
  }

  @Test
  void tellsTypesWithWhatWasDeclared() throws SQLException {
    run(
        "create table t (a number(9,2), b varchar2(5), c timestamp(3) with time zone,"
            + " d interval day to second, e date, f clob, g raw(4), h number, i decimal(5))");
    try (Connection connection = source.connection()) {
      List<Column> columns = source.dialect().columns(connection, new TableName("PUBLIC", "T"));
      assertThat(columns)
          .extracting(c -> "%s %d %d".formatted(c.type(), c.precision(), c.scale()))
          .containsExactly(
              "NUMERIC 9 2",
              "CHARACTER VARYING 5 -1",
              "TIMESTAMP WITH TIME ZONE 3 3",
              "INTERVAL DAY TO SECOND 6 6",
              "TIMESTAMP 0 0",
              "CHARACTER LARGE OBJECT 2147483647 -1",
              "BINARY VARYING 4 -1",
              "DECFLOAT 40 -1",
              "NUMERIC 5 0");
    }
  }

  @Test
  void everySessionSeesTheSnapshotAndNothingThatCameLater() throws SQLException {
    run("create table a (i int)", "create table b (i int)", "insert into a values (1)");
    try (Snapshot snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS)) {
      run("insert into a values (2)", "insert into b values (1)");
      for (int i = 0; i < 3; i++) {
        try (Connection session = snapshot.session()) {
          assertThat(count(session, "a")).isEqualTo(1);
          assertThat(count(session, "b")).isZero();
        }
      }
      assertThat(snapshot.maxSessions()).isEqualTo(1);
    }
    try (Connection after = source.connection()) {
      assertThat(count(after, "a")).isEqualTo(2);
      assertThat(after.getAutoCommit()).isTrue();
    }
  }

  @Test
  void aSessionThatWasGivenBackIsClosedForItsUser() throws SQLException {
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 1)) {
      Connection session = snapshot.session();
      session.close();
      session.close();
      assertThat(session.isClosed()).isTrue();
      assertThatExceptionOfType(SQLException.class).isThrownBy(session::createStatement);
    }
  }

  @Test
  void aSnapshotWhoseSessionBrokeIsLost() throws SQLException {
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 1)) {
      try (Connection session = snapshot.session()) {
        session.unwrap(Connection.class).close();
      }
      assertThatThrownBy(snapshot::session)
          .isInstanceOf(SnapshotGoneException.class)
          .satisfies(
              e ->
                  assertThat(source.dialect().classify((SQLException) e))
                      .isEqualTo(SourceFailure.SNAPSHOT_LOST));
    }
  }

  @Test
  void streamsInsteadOfReadingTheResultFirst() throws SQLException {
    try (Connection connection = source.connection();
        Statement statement = connection.createStatement();
        // Would be 10^12 rows.
        ResultSet rows =
            statement.executeQuery(
                "select 1 from system_range(1, 1000000), system_range(1, 1000000)")) {
      assertThat(rows.next()).isTrue();
      statement.cancel();
    }
  }

  @Test
  void tellsWhatAFailureMeans() throws SQLException {
    assertThat(classified("select * from missing")).isEqualTo(SourceFailure.CHANGED);
    assertThat(classified("select missing from dual")).isEqualTo(SourceFailure.CHANGED);
    assertThat(classified("select 1/0 from dual")).isEqualTo(SourceFailure.PERMANENT);
    run("create user u password 'u'", "create table secret (i int)");
    String url = writer.getMetaData().getURL();
    try (Source poor = Sources.open(TestSources.settings(url, "u", "u"));
        Connection connection = poor.connection()) {
      assertThat(failure(connection, "select * from public.secret"))
          .isIn(SourceFailure.DENIED, SourceFailure.CHANGED);
    }
    try (Source wrong = Sources.open(TestSources.settings(url, "u", "wrong"))) {
      assertThatThrownBy(() -> new DriverConnections(wrong.dialect(), wrong.settings()).open())
          .satisfies(
              e ->
                  assertThat(wrong.dialect().classify((SQLException) e))
                      .isEqualTo(SourceFailure.DENIED));
    }
    assertThat(source.dialect().classify(new SQLTransientConnectionException("timed out")))
        .isEqualTo(SourceFailure.TRANSIENT);
  }

  private SourceFailure classified(String sql) throws SQLException {
    try (Connection connection = source.connection()) {
      return failure(connection, sql);
    }
  }

  private SourceFailure failure(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery(sql).next();
      throw new AssertionError(sql + " went well");
    } catch (SQLException e) {
      return source.dialect().classify(e);
    }
  }

  @Test
  void cancellingAStatementIsToldApart() throws Exception {
    run("create alias wait_here for 'io.estat.etl.source.H2DialectTest.waitHere'");
    try (Connection connection = source.connection();
        Statement statement = connection.createStatement()) {
      RUNNING.drainPermits();
      Thread canceller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      RUNNING.acquire();
                      statement.cancel();
                      CANCELLED.release();
                    } catch (SQLException | InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      assertThatThrownBy(
              () ->
                  statement
                      .executeQuery(
                          "select count(*) from system_range(1, 1000000) where wait_here(x) = 1")
                      .next())
          .satisfies(
              e ->
                  assertThat(source.dialect().classify((SQLException) e))
                      .isEqualTo(SourceFailure.CANCELLED));
      canceller.join();
    }
  }

  private static final Semaphore RUNNING = new Semaphore(0);
  private static final Semaphore CANCELLED = new Semaphore(0);

  /** A function of the database that lets the test know that its statement runs. */
  public static int waitHere(long row) throws InterruptedException {
    if (row == 1) {
      RUNNING.release();
      CANCELLED.acquire();
    }
    return 1;
  }

  @Test
  void refusesAUrlOfNoKnownDatabaseWithoutPrintingIt() {
    assertThatThrownBy(
            () -> Sources.open(TestSources.settings("jdbc:other://user:secret@host", null, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'jdbc:other:'")
        .hasMessageNotContaining("secret");
  }
}
