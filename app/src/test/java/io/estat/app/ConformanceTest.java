package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table in docs/conformance.md names a test for every behaviour, and every test is there. */
@Tag("check")
final class ConformanceTest {
  /** Id, what is measured, must, aim, seen, command. */
  private static final int MEASURED_CELLS = 6;

  /** One behaviour. */
  record Row(String id, String behaviour, List<String> tests) {}

  /** The rows, in the page's order. */
  static List<Row> rows() throws IOException {
    return Papers.rows(Papers.between("docs/conformance.md", "conformance")).stream()
        .map(cells -> new Row(cells.getFirst(), cells.get(1), tests(cells.getLast())))
        .toList();
  }

  private static List<String> tests(String cell) {
    return cell.equals("-") ? List.of() : Arrays.asList(cell.split(",\\s*", -1));
  }

  @Test
  void idsAreUniqueAndInOrder() throws IOException {
    assertThat(numbered(rows().stream().map(Row::id).toList()))
        .containsExactly(
            "I-1", "I-2", "I-3", "I-4", "I-5", "I-6", "I-7", "I-8", "I-9", "I-10", "E-1", "E-2",
            "E-3", "E-4", "E-5", "E-6", "E-7", "E-8", "E-9", "E-10", "F");
  }

  @Test
  void everyTestNamedIsInTheSources() throws IOException {
    TestSources sources = TestSources.read();
    List<String> missing =
        rows().stream()
            .flatMap(row -> row.tests().stream().map(test -> row.id() + " " + test))
            .filter(rowAndTest -> !sources.has(rowAndTest.split(" ", 2)[1]))
            .toList();
    assertThat(missing).as("tests named in docs/conformance.md that are not there").isEmpty();
  }

  @Test
  void everyRowNamesATest() throws IOException {
    assertThat(rows().stream().filter(row -> row.tests().isEmpty()).map(Row::id))
        .as("rows of docs/conformance.md without a test")
        .isEmpty();
  }

  /** What a bench shows and no test can: I-11 and E-11. */
  @Test
  void everyMeasuredRequirementNamesACommandOfTheMakefile() throws IOException {
    List<List<String>> measured = Papers.rows(Papers.between("docs/conformance.md", "measured"));
    assertThat(measured).isNotEmpty().allMatch(cells -> cells.size() == MEASURED_CELLS);
    assertThat(numbered(measured.stream().map(List::getFirst).toList()))
        .containsExactly("I-11", "E-11");
    String makefile = Files.readString(Papers.ROOT.resolve("Makefile"));
    assertThat(measured.stream().map(List::getLast))
        .allSatisfy(
            command -> {
              assertThat(command).matches("`([A-Z_]+=\\S+ )*make [a-z-]+`");
              String target = command.replaceAll(".*make |`", "");
              assertThat(makefile).contains("\n" + target + ":");
            });
  }

  /** The chapters of ids that are in order and without a gap. */
  private static List<String> numbered(List<String> ids) {
    var expected = new ArrayList<String>();
    int number = 0;
    String chapter = "";
    for (String id : ids) {
      String itsChapter = id.replaceAll("\\..*", "");
      number = itsChapter.equals(chapter) ? number + 1 : 1;
      chapter = itsChapter;
      expected.add(chapter + "." + number);
    }
    assertThat(ids).isEqualTo(expected).doesNotHaveDuplicates();
    return ids.stream().map(id -> id.replaceAll("\\..*", "")).distinct().toList();
  }
}
