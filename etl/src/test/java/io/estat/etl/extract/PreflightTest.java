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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real H2 and a real folder. */
final class PreflightTest {
  @TempDir private Path folder;

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

  @BeforeEach
  void fill() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute("create table ORDERS (ID int primary key)");
    }
  }

  @Test
  void saysThatEverythingIsWell() throws Exception {
    List<Check> checks = run(folder, url, "ORDERS");

    assertThat(checks).extracting(Check::check).containsExactly("connection", "table", "store");
    assertThat(checks).noneMatch(check -> check.verdict() == Verdict.FAILED);
  }

  @Test
  void leavesNothingInTheStore() throws Exception {
    run(folder, url, "ORDERS");

    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void namesTheTableThatWasMeant() throws Exception {
    Check table = check(run(folder, url, "ORDRES"), "table");

    assertThat(table.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(table.table()).isEqualTo("ORDRES");
    assertThat(table.message()).contains("did you mean", "ORDERS");
    assertThat(table.fix()).isNotBlank();
  }

  @Test
  void twoTablesOfOneObjectNameAreRefused() throws Exception {
    Check names = check(run(folder, url, "ORDERS", "orders"), "names");

    assertThat(names.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(names.message()).contains("ORDERS", "orders", "output_name");
  }

  @Test
  void aStoreThatCannotBeWrittenFailsAndTheTablesAreCheckedAllTheSame() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");

    List<Check> checks = run(file, url, "ORDERS");

    assertThat(check(checks, "store").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(checks, "table").verdict()).isNotEqualTo(Verdict.FAILED);
  }

  @Test
  void aDatabaseThatIsNotThereFailsAndTheStoreIsCheckedAllTheSame() throws Exception {
    List<Check> checks =
        run(folder, "jdbc:h2:" + folder.resolve("none") + ";IFEXISTS=TRUE", "ORDERS");

    assertThat(check(checks, "connection").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(checks, "store").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void warnsWhereOldVersionsAreNotKeptForAsLongAsTheJobMayTake() throws Exception {
    Check brief = check(run(keeping(Duration.ZERO), folder, url, "ORDERS"), "undo_retention");
    Check enough =
        check(run(keeping(Duration.ofHours(1)), folder, url, "ORDERS"), "undo_retention");
    Check hidden = check(run(keeping(null), folder, url, "ORDERS"), "undo_retention");

    assertThat(brief.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(brief.message()).contains("for 0 s", "may take 1 s");
    assertThat(brief.fix()).contains("undo_retention");
    assertThat(enough.verdict()).isEqualTo(Verdict.OK);
    assertThat(hidden.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(hidden.fix()).contains("v_$undostat");
  }

  private static UnaryOperator<Source> keeping(@Nullable Duration time) {
    return source -> BentSource.keepingOldVersionsFor(time, source);
  }

  private static List<Check> run(Path store, String database, String... tables)
      throws SQLException, InterruptedException {
    return run(UnaryOperator.identity(), store, database, tables);
  }

  private static List<Check> run(
      UnaryOperator<Source> bent, Path store, String database, String... tables)
      throws SQLException, InterruptedException {
    List<TableRequest> requests =
        Stream.of(tables).map(table -> TableRequest.of(table, TableOptions.NONE)).toList();
    try (Source source = Sources.open(SourceSettings.of(database, "sa", ""))) {
      var extractor =
          new Extractor(
              bent.apply(source),
              new FolderStore(store),
              ExtractOptions.DEFAULTS,
              InstantSource.system());
      return Preflight.run(extractor, requests).checks();
    }
  }

  private static Check check(List<Check> checks, String name) {
    return checks.stream().filter(check -> check.check().equals(name)).findFirst().orElseThrow();
  }
}
