package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.Distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code estat extract --dry-run} prints, leaves and exits with. */
final class DryRunDistTest {
  /** A database in the memory of the command itself, made by its first connection. */
  private static final String SHOP =
      "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;INIT="
          + "create table if not exists ORDERS (ID int primary key, TOTAL decimal(10, 2),"
          + " \"full name\" varchar)\\;"
          + "merge into ORDERS values (1, 9.99, 'a'), (2, null, 'b')\\;"
          + "create table if not exists DRAWINGS (SHAPE row(A int, B int), LINE java_object)";

  @TempDir private Path folder;

  @Test
  void printsFindingsAndPlanAndLandsNothing() throws Exception {
    Outcome outcome = extract("--dry-run", "ORDERS");

    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("ok       connection: h2 can be read as of one session")
        .contains("warning  schema ORDERS:", "'full name'", "to do: set etl.column_names")
        .contains("snapshot  one session")
        .contains("ORDERS  about 2 rows, bytes not known, by one cursor, 1 chunks")
        .containsPattern("  ID +INTEGER +INT64, number")
        .containsPattern("  TOTAL +NUMERIC +NUMERIC, ")
        .endsWith("it would run; nothing was moved\n");
    assertThat(files()).isZero();
  }

  @Test
  void exitsWithOneAndSaysWhatToDoWhereARunWouldFail() throws Exception {
    Outcome outcome = extract("--dry-run", "ORDRES,DRAWINGS,ORDERS");

    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("failed   table ORDRES:", "did you mean PUBLIC.ORDERS?")
        .contains("failed   table DRAWINGS:", "column SHAPE", "column LINE", "on_unsupported")
        .contains("ORDERS  about 2 rows")
        .endsWith("it would fail; nothing was moved\n");
    assertThat(files()).isZero();
  }

  @Test
  void tellsThatADestinationIsTakenBeforeARunDoes() throws Exception {
    Outcome landed = extract("--no-verify", "ORDERS");
    assertThat(landed.exitCode()).as(landed.err()).isZero();
    long files = files();

    Outcome outcome = extract("--dry-run", "ORDERS");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("failed   objects:", "ORDERS.jsonl.gz is there already")
        .contains("choose another destination");
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void doesNotMakeADatabaseThatIsNotThere() throws Exception {
    Outcome outcome =
        extract("--dry-run", "jdbc:h2:" + folder.resolve("typo"), "ORDERS", folder.toString());

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).contains("failed   connection:", "typo");
    assertThat(files()).isZero();
  }

  @Test
  void exitsWithTwoForAUrlThatCannotBeUsed() throws Exception {
    Outcome source = extract("--dry-run", "jdbc:foo:bar", "ORDERS", folder.toString());
    assertThat(source.exitCode()).isEqualTo(2);
    assertThat(source.err()).startsWith("estat extract: ").contains("jdbc:foo:");

    Outcome to = extract("--dry-run", SHOP, "ORDERS", "s4://bucket");
    assertThat(to.exitCode()).isEqualTo(2);
    assertThat(to.err()).startsWith("estat extract: ").contains("s4");
  }

  private Outcome extract(String option, String tables) throws Exception {
    return extract(option, SHOP, tables, folder.toString());
  }

  private static Outcome extract(String option, String source, String tables, String to)
      throws Exception {
    return Distribution.built()
        .estat(Map.of(), "extract", option, "--source", source, "--tables", tables, "--to", to);
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
