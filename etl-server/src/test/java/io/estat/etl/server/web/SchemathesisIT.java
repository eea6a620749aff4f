package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.server.RunningServer;
import io.estat.etl.server.RunningServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A fuzzer that reads the description and believes it: whatever it says may be sent is taken,
 * everything else is refused, and each answer is as described. {@code schemathesis.toml} beside
 * this class says how.
 */
final class SchemathesisIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KEY = "a-key-of-0123456789-abcdef";
  private static final int CASES = 100;
  private static final String REPORT = "report.ndjson";
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** Left out in the configuration, which says why. */
  private static final List<String> STREAMS =
      List.of("GET /api/transports/{id}/status", "GET /api/jobs/{id}/events");

  /** By the condition, not in a view: samples of the table are to come at once. */
  private static final String HELD = "{\"ORDERS\": {\"where\": \"HELD(ID) > 0\"}}";

  private record Outcome(int exitCode, String said) {}

  /** What was sent to one operation, and how much of it was a success. */
  private record Count(int cases, int successes) {
    Count and(int status) {
      return new Count(cases + 1, successes + (status / 100 == 2 ? 1 : 0));
    }
  }

  @TempDir Path folder;

  @Test
  void findsNothingInAHundredCasesOfEachOperation() throws Exception {
    try (RunningServer server = server()) {
      JsonNode api = description(server);
      prepare(server, api);
      Outcome outcome;
      try (var held = HeldRows.hold()) {
        seed("waiting", 30, () -> execute(server, transport(server, "ORDERS", HELD)));
        outcome = fuzz(server);
        assertThat(held).isNotNull();
      }
      assertThat(outcome.exitCode()).as(outcome.said()).isZero();
      assertThat(counts(operations(api)))
          .allSatisfy(
              (operation, count) -> {
                assertThat(count.cases()).as("cases").isGreaterThanOrEqualTo(CASES);
                assertThat(count.successes()).as("answers of 2xx").isPositive();
              });
    }
  }

  private RunningServer server() throws SQLException {
    String url = "jdbc:h2:mem:shop-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;NON_KEYWORDS=YEAR";
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("create schema SHOP");
      statement.execute(
          "create table SHOP.ORDERS (ID int primary key, TOTAL decimal(10, 2), YEAR int)");
      statement.execute("insert into SHOP.ORDERS values (1, 9.99, 2024), (2, null, 2025)");
      statement.execute("create table SHOP.ITEMS (ID int primary key, TITLE varchar(100))");
      statement.execute("insert into SHOP.ITEMS values (1, 'a \"nice\" gift 🎁'), (2, null)");
      statement.execute("create alias HELD for \"" + HeldRows.class.getName() + ".row\"");
    }
    return RunningServer.start(
        folder,
        "SOURCE_URL",
        url,
        "SOURCE_DEFAULT_OWNER",
        "SHOP",
        "AUTH_API_KEYS",
        "fuzzer:operate:" + KEY);
  }

  /**
   * The server's own. Probes take no parameter, so there is but one request to make of each; they
   * must pass over a query, too, and get one of a hundred kinds.
   */
  private static JsonNode description(RunningServer server) {
    JsonNode api = server.get("/v3/api-docs", "X-API-Key", KEY).json();
    for (String probe : List.of("/health", "/api/health", "/api/ready")) {
      var parameters =
          ((ObjectNode) api.path("paths").path(probe).path("get")).putArray("parameters");
      ObjectNode any = parameters.addObject().put("name", "any").put("in", "query");
      any.putObject("schema").put("type", "string").put("minLength", 1);
    }
    return api;
  }

  private static List<String> operations(JsonNode api) {
    List<String> operations = new ArrayList<>();
    for (var path : api.path("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    assertThat(operations).containsAll(STREAMS);
    operations.removeAll(STREAMS);
    return operations;
  }

  private void prepare(RunningServer server, JsonNode api) throws IOException {
    Files.writeString(folder.resolve("api.json"), JSON.writeValueAsString(api));
    try (InputStream settings = SchemathesisIT.class.getResourceAsStream("schemathesis.toml")) {
      Files.write(folder.resolve("schemathesis.toml"), settings.readAllBytes());
    }
    seed("transports", 40, () -> transport(server, "ORDERS", "{}"));
    seed("removable", 100, () -> transport(server, "ITEMS", "{}"));
    List<String> ended = seed("ended", 5, () -> execute(server, transport(server, "ITEMS", "{}")));
    await("jobs of the past")
        .atMost(Duration.ofSeconds(60))
        .until(() -> ended.stream().allMatch(job -> isCompleted(server, job)));
  }

  /** Writes the dictionary of this name: a quoted id a line. */
  private List<String> seed(String name, int count, Supplier<String> id) throws IOException {
    List<String> ids = Stream.generate(id).limit(count).toList();
    Files.write(folder.resolve(name), ids.stream().map(each -> '"' + each + '"').toList());
    return ids;
  }

  private static String transport(RunningServer server, String table, String options) {
    String body =
        "{\"name\": \"seed\", \"tables\": [\"%s\"], \"table_options\": %s}"
            .formatted(table, options);
    Answer created = server.send("POST", "/api/transports", body, "X-API-Key", KEY);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.json().path("id").asString();
  }

  private static String execute(RunningServer server, String transport) {
    String path = "/api/transports/" + transport + "/execute";
    Answer begun = server.send("POST", path, null, "X-API-Key", KEY);
    assertThat(begun.status()).as(begun.body()).isEqualTo(202);
    return begun.json().path("job_id").asString();
  }

  private static boolean isCompleted(RunningServer server, String job) {
    Answer answer = server.get("/api/jobs/" + job, "X-API-Key", KEY);
    return answer.json().path("status").asString().equals("completed");
  }

  private Outcome fuzz(RunningServer server) throws IOException, InterruptedException {
    Path script = Path.of("").toAbsolutePath().resolveSibling(".ci").resolve("schemathesis");
    Path said = folder.resolve("said");
    var builder =
        new ProcessBuilder(
                List.of(
                    script.toString(),
                    "run",
                    "api.json",
                    "--url=" + server.url(""),
                    "--checks=all",
                    "--no-color",
                    "--report-ndjson-path=" + REPORT))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("API_KEY", KEY);
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    assertThat(ended).as("ended in time").isTrue();
    return new Outcome(process.exitValue(), Files.readString(said));
  }

  /**
   * From the report, which has a line of JSON for each event; those of scenarios hold the cases.
   */
  private Map<String, Count> counts(List<String> operations) throws IOException {
    Map<String, Count> counts = new TreeMap<>();
    operations.forEach(operation -> counts.put(operation, new Count(0, 0)));
    try (Stream<String> lines = Files.lines(folder.resolve(REPORT))) {
      lines
          .map(line -> JSON.readTree(line).path("ScenarioFinished").path("recorder"))
          .forEach(scenario -> count(scenario, counts));
    }
    return counts;
  }

  private static void count(JsonNode scenario, Map<String, Count> counts) {
    for (var interaction : scenario.path("interactions").properties()) {
      JsonNode sent = scenario.path("cases").path(interaction.getKey()).path("value");
      int status = interaction.getValue().at("/response/status_code").asInt(0);
      String operation = sent.path("method").asString() + " " + sent.path("path").asString();
      counts.computeIfPresent(operation, (name, count) -> count.and(status));
    }
  }
}
