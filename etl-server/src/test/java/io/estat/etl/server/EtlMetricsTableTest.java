package io.estat.etl.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of metrics in docs/etl.md names what the server shows of its own at /metrics. */
final class EtlMetricsTableTest {
  private static final Path PAGE = Path.of("../docs/etl.md");

  @Test
  void namesEveryMetricOfItsOwnAndNoneThatIsNotThere(@TempDir Path folder) throws Exception {
    try (RunningServer server = RunningServer.start(folder)) {
      Stream<String> shown =
          server
              .get("/metrics")
              .body()
              .lines()
              .filter(line -> line.startsWith("# TYPE estat_"))
              .map(line -> line.split(" ", -1)[2]);
      assertThat(named()).isEqualTo(sorted(shown));
    }
  }

  private static Set<String> named() throws IOException {
    return sorted(
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.equals("<!-- metrics -->"))
            .takeWhile(line -> !line.equals("<!-- /metrics -->"))
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("`", -1)[1]));
  }

  private static Set<String> sorted(Stream<String> names) {
    return names.collect(Collectors.toCollection(TreeSet::new));
  }
}
