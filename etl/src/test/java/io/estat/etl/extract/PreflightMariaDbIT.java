package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.extract.PreflightReport.Verdict;
import io.estat.etl.source.SourceSettings;
import io.estat.testkit.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PreflightMariaDbIT extends PreflightContract {
  @SuppressWarnings("NullAway.Init") // started before all
  private static MariaDbServer server;

  @SuppressWarnings("NullAway.Init") // made before each
  private MariaDbServer.Database database;

  @BeforeAll
  static void start() throws IOException {
    server = MariaDbServer.start("--log-bin");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void make() throws IOException, SQLException {
    database = server.createDatabase();
    fill();
  }

  @Override
  Connection admin() throws SQLException {
    return database.connect();
  }

  @Override
  SourceSettings reader() {
    return SourceSettings.of(database.url(), "reader", "reader-password");
  }

  @Override
  List<String> tables() {
    return List.of(
        "create user if not exists reader@'127.0.0.1' identified by 'reader-password'",
        "create user if not exists reader@localhost identified by 'reader-password'",
        "create table t (id int primary key, n int, doc json)",
        "insert into t select seq, seq, null from seq_1_to_1000",
        "create table u (id int primary key)",
        "create table hidden (id int primary key)",
        "create function frail(id int) returns int no sql begin"
            + " signal sqlstate '45000' set message_text = 'a row was read'; return 1; end",
        "create view v as select id, frail(id) as n from t",
        "create table old (id int primary key) engine = MyISAM",
        "grant execute on function frail to reader@'127.0.0.1', reader@localhost",
        grant("binlog monitor", "*.*"),
        grant("select", "t"),
        grant("select", "u"),
        grant("select", "v"),
        grant("select", "old"));
  }

  @Override
  String grant(String right, String table) {
    return "grant %s on %s to reader@'127.0.0.1', reader@localhost".formatted(right, table);
  }

  @Override
  String lock(String table) {
    return "lock tables " + table + " write";
  }

  @Override
  String unlock() {
    return "unlock tables";
  }

  @Override
  String twoSeconds() {
    return "select sleep(2)";
  }

  @Test
  void anEngineWithoutSnapshotsIsTold() throws Exception {
    PreflightReport report = run(Preflight.Bounds.DEFAULT, table("old"));

    assertThat(check(report, "snapshot", "old").verdict()).isEqualTo(Verdict.WARNING);
    assertThat(check(report, "snapshot", "old").message()).contains("MyISAM");
  }
}
