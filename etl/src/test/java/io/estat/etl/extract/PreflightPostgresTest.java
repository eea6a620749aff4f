package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.extract.PreflightReport.Verdict;
import io.estat.etl.source.SourceSettings;
import io.estat.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PreflightPostgresTest extends PreflightContract {
  private final PostgresServer.Database database = PostgresServer.shared().createDatabase();

  @BeforeEach
  void make() throws SQLException {
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
        "do $$ begin create role reader login password 'reader-password';"
            + " exception when duplicate_object then null; end $$",
        "create table t (id int primary key, n int, doc jsonb)",
        "insert into t select i, i from generate_series(1, 1000) i",
        "create table u (id int primary key)",
        "create table hidden (id int primary key)",
        "create function frail(id int) returns int language plpgsql volatile as"
            + " $$ begin raise exception 'a row was read'; end $$",
        "create view v as select id, frail(id) as n from t",
        "grant select on t, u, v to reader",
        "analyze");
  }

  @Override
  String grant(String right, String table) {
    return "grant %s on %s to reader".formatted(right, table);
  }

  @Override
  String lock(String table) {
    return "lock table " + table + " in access exclusive mode";
  }

  @Override
  String unlock() {
    return "rollback";
  }

  @Override
  String twoSeconds() {
    return "select pg_sleep(2)";
  }

  @Test
  void aNameThatBigQueryRefusesIsToldWithItsFix() throws Exception {
    try (Connection connection = admin()) {
      run(connection, "create table named (\"a b\" int)");
      run(connection, "grant select on named to reader");
    }
    PreflightReport report = run(Preflight.Bounds.DEFAULT, table("named"));

    assertThat(check(report, "schema", "named").verdict()).isEqualTo(Verdict.WARNING);
    assertThat(check(report, "schema", "named").message()).contains("'a b'");
    assertThat(check(report, "schema", "named").fix()).contains("column_names");
  }

  @Test
  void rowsThatAPolicyHidesAreToldWithTheirFix() throws Exception {
    try (Connection connection = admin()) {
      run(connection, "create table policed (id int primary key)");
      run(connection, "alter table policed enable row level security");
      run(connection, "create policy none on policed using (false)");
      run(connection, "grant select on policed to reader");
    }
    PreflightReport report = run(Preflight.Bounds.DEFAULT, table("policed"));

    assertThat(check(report, "table", "policed").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(report, "table", "policed").message()).contains("row security", "BYPASSRLS");
    assertThat(check(report, "table", "policed").fix())
        .contains("ALTER ROLE ... BYPASSRLS", "a view of the table's owner")
        .doesNotContain("GRANT SELECT ON");
  }
}
