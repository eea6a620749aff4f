package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.MariaDbServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers whose binary log does not have all that is committed. */
@Timeout(180)
class MariaDbBinaryLogIT {
  @Test
  void commitsThatFiltersLeaveOutKeepSnapshotsFromBeingCompared() throws Exception {
    try (MariaDbServer server = MariaDbServer.start("--log-bin", "--binlog-ignore-db=test_0")) {
      MariaDbServer.Database database = server.createDatabase();
      assertThat(database.name()).isEqualTo("test_0");
      try (Connection writer = database.connect();
          Source source = Sources.open(settings(database, MariaDbServer.USER))) {
        run(writer, "create table a (i int) engine=innodb");
        String before = position(source);
        run(writer, "insert into a values (1)");
        assertThat(position(source)).isEqualTo(before);
        try (Snapshot snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS)) {
          assertThat(snapshot.maxSessions()).isEqualTo(1);
          assertThat(snapshot.reason()).contains("binlog_ignore_db");
        }
      }
      try (Source allowed =
              Sources.open(settings(database, MariaDbServer.USER).allowing(true, false));
          Snapshot snapshot = allowed.dialect().openSnapshot(allowed, TestSources.SESSIONS)) {
        assertThat(snapshot.maxSessions()).isEqualTo(TestSources.SESSIONS);
        assertThat(snapshot.reason()).isEmpty();
      }
    }
  }

  @Test
  void whoMayNotSeeTheFiltersReadsWithOneSession() throws Exception {
    try (MariaDbServer server = MariaDbServer.start("--log-bin")) {
      MariaDbServer.Database database = server.createDatabase();
      try (Connection root = database.connect();
          Source source = Sources.open(settings(database, "reader"))) {
        run(
            root,
            "create user reader identified by '%s'".formatted(MariaDbServer.PASSWORD),
            "grant select on *.* to reader");
        try (Snapshot snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS)) {
          assertThat(snapshot.maxSessions()).isEqualTo(1);
          assertThat(snapshot.reason()).contains("grant BINLOG MONITOR");
        }
        run(root, "grant binlog monitor on *.* to reader");
      }
      try (Source source = Sources.open(settings(database, "reader"));
          Snapshot snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS)) {
        assertThat(snapshot.maxSessions()).isEqualTo(TestSources.SESSIONS);
      }
    }
  }

  @Test
  void aReplicaThatDoesNotLogWhatItAppliesReadsWithOneSession() throws Exception {
    try (MariaDbServer primary = MariaDbServer.start("--log-bin");
        MariaDbServer replica = MariaDbServer.start("--log-bin", "--server-id=2")) {
      MariaDbServer.Database of = primary.createDatabase();
      MariaDbServer.Database database = replica.createDatabase();
      try (Connection writer = of.connect();
          Connection root = database.connect();
          Source source = Sources.open(settings(database, MariaDbServer.USER))) {
        assertThat(maxSessions(source)).isEqualTo(TestSources.SESSIONS);
        String end =
            Query.first(
                    writer,
                    "show master status",
                    row ->
                        "master_log_file = '%s', master_log_pos = %d"
                            .formatted(row.getString(1), row.getLong(2)))
                .orElseThrow();
        run(writer, "create table a (i int) engine=innodb");
        run(
            root,
            ("change master to master_host = '127.0.0.1', master_port = %d, master_user = '%s',"
                    + " master_password = '%s', %s")
                .formatted(
                    URI.create(of.url().substring("jdbc:".length())).getPort(),
                    MariaDbServer.USER,
                    MariaDbServer.PASSWORD,
                    end),
            "start slave");
        awaitAnswer(root, "show tables", "a");
        String before = position(source);
        run(writer, "insert into a values (1)");
        awaitAnswer(root, "select count(*) from a", "1");
        assertThat(position(source)).isEqualTo(before);
        try (Snapshot snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS)) {
          assertThat(snapshot.maxSessions()).isEqualTo(1);
          assertThat(snapshot.reason()).contains("log_slave_updates");
        }
        run(root, "stop slave");
        assertThat(maxSessions(source)).isEqualTo(TestSources.SESSIONS);
      }
    }
  }

  /** The class's time limit ends it. */
  private static void awaitAnswer(Connection connection, String sql, String answer)
      throws SQLException {
    while (!Query.text(connection, sql).equals(answer)) {
      Thread.onSpinWait();
    }
  }

  private static int maxSessions(Source source) throws SQLException {
    try (Snapshot snapshot = source.dialect().openSnapshot(source, TestSources.SESSIONS)) {
      return snapshot.maxSessions();
    }
  }

  /** Of a snapshot that begins now. */
  private static String position(Source source) throws SQLException {
    try (Snapshot snapshot = source.dialect().openSnapshot(source, 1);
        Connection session = snapshot.session()) {
      return MariaDbBinaryLog.position(session);
    }
  }

  private static SourceSettings settings(MariaDbServer.Database database, String user) {
    return TestSources.settings(database.url(), user, MariaDbServer.PASSWORD);
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
