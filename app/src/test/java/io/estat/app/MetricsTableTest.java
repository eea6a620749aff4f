package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.IngestServer;
import io.estat.ingest.batch.Time;
import io.estat.ingest.config.ConfigReader;
import io.estat.ingest.config.IngestConfig;
import io.estat.testkit.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of metrics in docs/operations.md name what a server shows at /metrics. */
final class MetricsTableTest {
  private static final String PAGE = "docs/operations.md";

  @Test
  void namesEveryMetricAndNoneThatIsNotThere(@TempDir Path folder) throws Exception {
    Set<String> shown = scrape(folder);
    assertThat(named("metrics")).isEqualTo(own(shown));
    // Which of the JVM's there are depends on its collector and on the system.
    shown.removeAll(own(shown));
    assertThat(named("jvm metrics")).containsAll(shown);
  }

  private static Set<String> own(Set<String> names) {
    return names.stream()
        .filter(name -> !name.startsWith("jvm_") && !name.startsWith("process_"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> named(String table) throws Exception {
    return Papers.rows(Papers.between(PAGE, table)).stream()
        .map(cells -> cells.getFirst().replace("`", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> scrape(Path folder) throws Exception {
    Map<String, String> environment =
        Map.of(
            "STORE_URL", "file:///unused",
            "HTTP_ADDR", "127.0.0.1:0",
            "DLQ_DIR", folder.resolve("dlq").toString(),
            "DRAIN_DELAY", "0s");
    IngestConfig config =
        ConfigReader.read(environment, new ConfigReader.Machine(1, 1L << 30, "t"));
    var server = new IngestServer(config, new MemoryStore(), Time.system());
    server.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
      String text =
          client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
      return text.lines()
          .filter(line -> line.startsWith("# TYPE "))
          .map(line -> line.split(" ", -1)[2])
          .collect(Collectors.toCollection(TreeSet::new));
    } finally {
      server.stop();
    }
  }
}
