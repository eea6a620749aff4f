package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.TableOptions;
import io.estat.etl.extract.PreflightReport.Check;
import io.estat.etl.extract.PreflightReport.Verdict;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.FolderStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a preflight promises on any server: run by the test of each. */
abstract class PreflightContract {
  private static final Preflight.Bounds AMPLE =
      new Preflight.Bounds(Duration.ofMinutes(5), Duration.ofMinutes(1));

  @TempDir private Path folder;

  /** A new database of the server, as a user that may do anything. */
  abstract Connection admin() throws SQLException;

  /** The same as a user who may read the table T and the view V, but not the table HIDDEN. */
  abstract SourceSettings reader();

  /** Statements that make T, with its key ID and numbers N without an index, HIDDEN and V. */
  abstract List<String> tables();

  /** The view that fails as soon as one of its rows is read. */
  static final String FRAIL = "v";

  /** The statement that gives the reader a right. */
  abstract String grant(String right, String table);

  abstract String lock(String table);

  abstract String unlock();

  final void fill() throws SQLException {
    try (Connection connection = admin()) {
      for (String sql : tables()) {
        run(connection, sql);
      }
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aTableThatMayNotBeReadIsNamedWithItsGrant() throws Exception {
    PreflightReport report = run(AMPLE, table("hidden"), table("t"));

    Check hidden = check(report, "table", "hidden");
    assertThat(hidden.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(hidden.fix()).contains("GRANT SELECT ON", "hidden", " TO reader");
    assertThat(check(report, "table", "t").verdict()).isEqualTo(Verdict.OK);
    assertThat(report.ok()).isFalse();
  }

  @Test
  void aColumnThatMayNotBeReadFailsTheTableUnlessTheOthersAreAskedFor() throws Exception {
    try (Connection connection = admin()) {
      run(connection, "create table half (id int primary key, secret int)");
      run(connection, grant("select (id)", "half"));
    }
    PreflightReport all = run(AMPLE, table("half"));
    var id = new TableOptions(List.of("id"), null, null, null, null);
    PreflightReport some = run(AMPLE, TableRequest.of("half", id));

    Check half = check(all, "table", "half");
    assertThat(half.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(half.message()).contains("may not read", "columns", "table_options.columns");
    assertThat(some.ok()).as("%s", some.checks()).isTrue();
  }

  @Test
  void noRowIsRead() throws Exception {
    PreflightReport report = run(AMPLE, table(FRAIL));

    assertThat(check(report, "table", FRAIL).verdict())
        .as("%s", report.checks())
        .isNotEqualTo(Verdict.FAILED);
    assertThat(report.tables().getFirst().columns()).hasSize(2);
  }

  @Test
  void theEndsOfAColumnAreLookedForOnlyInAnIndex() throws Exception {
    PreflightReport report = run(AMPLE, split("n"));
    PreflightReport indexed = run(AMPLE, split("id"));

    assertThat(check(report, "split_column", "t").verdict()).isEqualTo(Verdict.WARNING);
    assertThat(check(report, "split_column", "t").fix()).contains("index");
    assertThat(indexed.checks()).noneMatch(check -> check.check().equals("split_column"));
    assertThat(indexed.tables()).hasSize(1);
  }

  @Test
  void aLockedTableIsToldInTimeAndTheOthersAreChecked() throws Exception {
    try (Connection other = admin()) {
      other.setAutoCommit(false);
      run(other, lock("t"));
      var brief = new Preflight.Bounds(Duration.ofMinutes(5), Duration.ofSeconds(1));
      PreflightReport report = run(brief, table("t"), table("u"));

      assertThat(check(report, "table", "t").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(check(report, "table", "t").message()).contains("in time");
      assertThat(check(report, "table", "u").verdict()).isEqualTo(Verdict.OK);
    }
  }

  @Test
  void theWholeHasAnEndAfterWhichTheDatabaseIsFreeAgain() throws Exception {
    try (Connection other = admin();
        Source source = Sources.open(reader())) {
      other.setAutoCommit(false);
      run(other, lock("t"));
      var brief = new Preflight.Bounds(Duration.ofSeconds(3), Duration.ofMinutes(5));
      PreflightReport report = run(source, brief, table("t"), table("u"));

      Check time = check(report, "time", null);
      assertThat(time.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(time.message()).contains("after 3 s", "table t");
      assertThat(check(report, "store", null).verdict()).isEqualTo(Verdict.OK);
      run(other, unlock());
      assertThat(run(source, AMPLE, table("t")).ok()).isTrue();
    }
  }

  @Test
  void aConnectionThatWasAskedBrieflyIsNotBoundedAfterwards() throws Exception {
    try (Source source = Sources.open(reader().withPoolMax(4))) {
      var brief = new Preflight.Bounds(Duration.ofMinutes(5), Duration.ofSeconds(1));
      assertThat(run(source, brief, table("t")).ok()).isTrue();
      try (Connection again = source.connection();
          Statement slow = again.createStatement()) {
        assertThat(slow.execute(twoSeconds())).isTrue();
      }
    }
  }

  /** A query that takes two seconds. */
  abstract String twoSeconds();

  static TableRequest table(String name) {
    return TableRequest.of(name, TableOptions.NONE);
  }

  private static TableRequest split(String column) {
    return TableRequest.of("t", new TableOptions(List.of(), null, null, column, null));
  }

  final PreflightReport run(Preflight.Bounds bounds, TableRequest... tables) throws Exception {
    try (Source source = Sources.open(reader())) {
      return run(source, bounds, tables);
    }
  }

  private PreflightReport run(Source source, Preflight.Bounds bounds, TableRequest... tables)
      throws InterruptedException {
    var extractor =
        new Extractor(
            source, new FolderStore(folder), ExtractOptions.DEFAULTS, InstantSource.system());
    return Preflight.run(extractor, List.of(tables), null, bounds);
  }

  static Check check(PreflightReport report, String name, @Nullable String table) {
    return Stream.of(report.checks())
        .flatMap(List::stream)
        .filter(check -> check.check().equals(name))
        .filter(check -> table == null || table.equals(check.table()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + report.checks()));
  }
}
