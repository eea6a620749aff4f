package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ETL half of {@code estat demo}: one POST copies the sample shop, and every step is shown. */
final class DemoEtlDistTest {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Pattern TRANSPORT = Pattern.compile("http://\\S+/api/transports/TRPID-\\w+");

  /**
   * The database has grown to so many bytes when rows are put into it, to many times that later.
   */
  private static final long FIRST_ROWS = 256 * 1024;

  /** What the script of the sample puts into each table. */
  private static final Map<String, Long> ROWS =
      Map.of(
          "CUSTOMERS", 2_000L,
          "PRODUCTS", 300L,
          "ORDERS", 10_000L,
          "ORDER_ITEMS", 30_000L,
          "RETURNS", 0L);

  @TempDir Path folder;

  @Test
  void onePostLandsEveryTableWithItsCountsAndTheStreamShowsEveryStep() throws Exception {
    try (IngestProcess demo = demo();
        HttpClient client = HttpClient.newHttpClient()) {
      await("transport").atMost(START).until(() -> TRANSPORT.matcher(demo.out()).find());
      Matcher shown = TRANSPORT.matcher(demo.out());
      assertThat(shown.find()).isTrue();
      URI transport = URI.create(shown.group());
      assertThat(demo.out())
          .as("where it lands")
          .contains("estat cat " + folder.resolve("store").toUri())
          .containsPattern("estat cat file://\\S+/store/TRPID-\\w+/v001/CUSTOMERS.jsonl.gz");

      HttpResponse<String> begun =
          client.send(
              HttpRequest.newBuilder(URI.create(transport + "/execute"))
                  .POST(BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());
      assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
      String job = text(begun.body(), "job_id");
      List<String> names = events(client, transport.resolve("/api/jobs/" + job + "/events"));
      assertThat(names).startsWith("job_started").endsWith("job_completed");
      assertThat(names).filteredOn("extraction_completed"::equals).hasSize(ROWS.size());

      Path version = version(transport);
      assertThat(version.resolve("_manifest.json")).content().contains(job);
      for (Map.Entry<String, Long> table : ROWS.entrySet()) {
        assertThat(lines(version.resolve(table.getKey() + ".jsonl.gz")))
            .as(table.getKey())
            .isEqualTo(table.getValue());
        assertThat(version.resolve(table.getKey() + ".schema.json")).exists();
      }

      assertThat(status(client, HttpRequest.newBuilder(transport.resolve("/nothing"))))
          .isEqualTo(404);
      assertThat(
              status(
                  client,
                  HttpRequest.newBuilder(transport.resolve("/api/transports"))
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString("{}"))))
          .isEqualTo(400);
      assertThat(demo.out()).as("what clients do wrong is no warning").doesNotContain(" WARN ");

      assertThat(demo.stop()).as(demo.out() + demo.err()).isZero();
      await("the child has ended, too").atMost(START).until(() -> isClosed(client, transport));
    }
  }

  @Test
  void anInterruptWhileTheSampleIsFilledIsNoFailureAndLeavesNoHalf() throws Exception {
    Path home = folder.resolve("estat-data/.etl");
    try (IngestProcess demo = demo()) {
      await("the sample is being filled")
          .atMost(START)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> bytesIn(home) > FIRST_ROWS);
      ProcessHandle etl =
          ProcessHandle.of(demo.pid()).orElseThrow().children().findFirst().orElseThrow();

      // As a terminal's Ctrl-C: to both.
      Distribution.run(Map.of(), "kill", "-INT", "" + etl.pid(), "" + demo.pid());

      assertThat(demo.awaitExit()).as(demo.out() + demo.err()).isZero();
      etl.onExit().join();
      assertThat(demo.err()).isEmpty();
      assertThat(home).isEmptyDirectory();
    }
  }

  private IngestProcess demo() throws IOException {
    return new IngestProcess.Setup(folder)
        .without("DLQ_DIR")
        .without("HTTP_ADDR")
        .command("demo", "--port", "0", "--etl-port", "0")
        .start();
  }

  /** The names of the events up to the last one, after which the server ends the stream. */
  private static List<String> events(HttpClient client, URI stream)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(stream).timeout(START).build();
    try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
      return lines
          .filter(line -> line.startsWith("event:"))
          .map(line -> line.substring("event:".length()).strip())
          .filter(name -> !name.equals("connected"))
          .toList();
    }
  }

  private static long bytesIn(Path folder) throws IOException {
    long bytes = 0;
    if (Files.exists(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          bytes += Files.size(file);
        }
      }
    }
    return bytes;
  }

  private static int status(HttpClient client, HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private Path version(URI transport) {
    String id = Path.of(transport.getPath()).getFileName().toString();
    return folder.resolve("store").resolve(id).resolve("v001");
  }

  private static long lines(Path object) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(object))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().count();
    }
  }

  private static String text(String json, String name) {
    Matcher value = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
    assertThat(value.find()).as(json).isTrue();
    return value.group(1);
  }

  private static boolean isClosed(HttpClient client, URI transport) throws InterruptedException {
    try {
      client.send(HttpRequest.newBuilder(transport).build(), BodyHandlers.discarding());
      return false;
    } catch (IOException e) {
      // Any other is of a connection that it had before it closed its port.
      return e instanceof ConnectException;
    }
  }
}
