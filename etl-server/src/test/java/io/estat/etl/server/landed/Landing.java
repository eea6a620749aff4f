package io.estat.etl.server.landed;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.RunningServer;
import io.estat.etl.server.RunningServer.Answer;
import io.estat.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a job has landed, as a reader finds it who trusts nothing but the manifest.
 *
 * @param objects keys by table
 * @param counts rows by table, as the manifest says
 */
record Landing(ObjectStore store, Map<String, List<String>> objects, Map<String, Long> counts) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /**
   * Of lines in any order.
   *
   * @param hashes added up
   */
  record Sum(long lines, long hashes) {}

  /** Creates a transport, executes it, and watches until the job is completed. */
  static Landing of(RunningServer server, ObjectStore store, List<String> tables)
      throws IOException, InterruptedException {
    List<String> entries = tables.stream().map(Landing::entry).toList();
    String body = JSON.writeValueAsString(Map.of("name", "all", "tables", entries));
    Answer created = server.send("POST", "/api/transports", body);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    String transport = created.json().path("id").asString();
    Answer begun = server.send("POST", "/api/transports/" + transport + "/execute", null);
    assertThat(begun.status()).as(begun.body()).isEqualTo(202);
    String job = begun.json().path("job_id").asString();
    List<String> events = events(server, job);
    String ended = server.get("/api/jobs/" + job).body();
    assertThat(events).as(ended).startsWith("connected", "job_started").endsWith("job_completed");
    assertThat(events).filteredOn("extraction_completed"::equals).hasSize(tables.size());

    String prefix = transport + "/v001/";
    Map<String, List<String>> objects = new TreeMap<>();
    Map<String, Long> counts = new TreeMap<>();
    try (InputStream in = store.open(prefix + "_manifest.json")) {
      JsonNode manifest = JSON.readTree(in);
      assertThat(manifest.path("job").asString()).isEqualTo(job);
      for (JsonNode table : manifest.path("tables")) {
        String name = tables.get(entries.indexOf(table.path("name").asString()));
        List<JsonNode> landed = table.path("objects").valueStream().toList();
        objects.put(name, landed.stream().map(o -> prefix + o.path("name").asString()).toList());
        counts.put(name, landed.stream().mapToLong(o -> o.path("rows").asLong()).sum());
      }
    }
    return new Landing(store, objects, counts);
  }

  private static String entry(String table) {
    return table.matches("\\w+") ? table : '"' + table.replace("\"", "\"\"") + '"';
  }

  /** The names of the events up to the last one, after which the server ends the stream. */
  private static List<String> events(RunningServer server, String job)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(server.url("/api/jobs/" + job + "/events"));
    try (HttpClient client = HttpClient.newHttpClient();
        Stream<String> lines =
            client.send(request.timeout(LIMIT).build(), BodyHandlers.ofLines()).body()) {
      return lines
          .filter(line -> line.startsWith("event:"))
          .map(line -> line.substring("event:".length()).strip())
          .toList();
    }
  }

  /** What is done with each line. */
  @FunctionalInterface
  interface Lines {
    void next(String line) throws IOException;
  }

  /** Gives each line of the table, unpacked by the JDK. */
  void read(String table, Lines lines) throws IOException {
    for (String key : objects.getOrDefault(table, List.of())) {
      try (var unpacked = new GZIPInputStream(store.open(key), 1 << 16);
          var text = new BufferedReader(new InputStreamReader(unpacked, StandardCharsets.UTF_8))) {
        for (String line = text.readLine(); line != null; line = text.readLine()) {
          lines.next(line);
        }
      }
    }
  }

  Sum sum(String table) throws IOException {
    long[] sum = new long[2];
    var crc = new CRC32C();
    read(
        table,
        line -> {
          crc.reset();
          crc.update(line.getBytes(StandardCharsets.UTF_8));
          sum[0]++;
          sum[1] += (long) line.hashCode() << 32 ^ crc.getValue();
        });
    return new Sum(sum[0], sum[1]);
  }
}
