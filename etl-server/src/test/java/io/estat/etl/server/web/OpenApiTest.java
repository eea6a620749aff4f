package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.RunningServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The description is complete enough for a client generator and a fuzzer. */
final class OpenApiTest {
  /** Of the calls that are answered with one body; streams are described where they are made. */
  private static final List<String> CALLS =
      List.of(
          "get /health",
          "get /api/health",
          "get /api/ready",
          "get /api/transports",
          "post /api/transports",
          "get /api/transports/{id}",
          "put /api/transports/{id}",
          "patch /api/transports/{id}",
          "delete /api/transports/{id}",
          "post /api/transports/{id}/execute",
          "post /api/transports/{id}/preflight",
          "get /api/jobs",
          "get /api/jobs/{id}",
          "post /api/jobs/{id}/cancel",
          "get /api/oracle/status",
          "get /api/tables",
          "get /api/tables/{name}/columns",
          "get /api/tables/{name}/sample",
          "get /api/columns",
          "get /api/sample",
          "get /metrics");

  @TempDir static Path folder;
  private static RunningServer server;
  private static JsonNode api;
  private static final Map<String, JsonNode> OPERATIONS = new TreeMap<>();

  @BeforeAll
  static void start() {
    server = RunningServer.start(folder);
    api = server.get("/v3/api-docs").json();
    for (var path : api.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        OPERATIONS.put(operation.getKey() + " " + path.getKey(), operation.getValue());
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void describesEveryCall() {
    assertThat(api.path("openapi").asString()).startsWith("3.");
    assertThat(OPERATIONS.keySet()).containsAll(CALLS);
  }

  @Test
  void everyAnswerHasItsStatusAndItsSchema() {
    OPERATIONS.forEach(
        (call, operation) -> {
          assertThat(operation.path("summary").asString("")).as(call).isNotBlank();
          JsonNode responses = operation.path("responses");
          assertThat(responses.propertyNames())
              .as(call)
              .doesNotContain("default")
              .contains("400", "401", "403", "429", "500");
          for (var response : responses.properties()) {
            String what = call + " " + response.getKey();
            assertThat(response.getValue().path("description").asString("")).as(what).isNotBlank();
            if (response.getKey().equals("204")) {
              continue;
            }
            JsonNode content = response.getValue().path("content");
            assertThat(content.isEmpty()).as(what).isFalse();
            assertThat(content.has("*/*")).as(what).isFalse();
            if (response.getKey().compareTo("400") >= 0) {
              JsonNode json = content.path("application/json");
              assertThat(json.at("/schema/$ref").asString("")).as(what).endsWith("/Error");
              assertThat(json.path("examples").isEmpty()).as(what).isFalse();
            }
          }
        });
  }

  @Test
  void everyParameterAndBodyHasBounds() {
    OPERATIONS.forEach(
        (call, operation) -> {
          for (JsonNode parameter : operation.path("parameters")) {
            String what = call + " " + parameter.path("name");
            JsonNode schema = parameter.path("schema");
            if (schema.path("type").asString("").equals("integer")) {
              assertThat(schema.has("minimum")).as(what).isTrue();
            }
          }
          JsonNode body = operation.path("requestBody");
          if (!body.isMissingNode()) {
            assertThat(body.path("required").asBoolean()).as(call).isTrue();
          }
        });
    JsonNode tables = api.at("/components/schemas/TransportRequest/properties/tables");
    assertThat(tables.path("minItems").asInt()).isEqualTo(1);
    assertThat(tables.path("maxItems").asInt()).isEqualTo(1000);
  }

  @Test
  void idsHaveTheFormOfTheirKind() {
    OPERATIONS.forEach(
        (call, operation) -> {
          for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("name").asString().equals("id")) {
              assertThat(parameter.at("/schema/pattern").asString())
                  .as(call)
                  .startsWith(call.contains("/api/jobs/") ? "^JOB-" : "^TRPID-");
            }
          }
        });
  }

  @Test
  void bodiesTakeNoUnknownFieldAndPatchesTakeNullForWhatMayBeAbsent() {
    JsonNode schemas = api.at("/components/schemas");
    for (String name : List.of("TransportRequest", "TransportPatch", "TableOptions", "Schedule")) {
      assertThat(schemas.path(name).path("additionalProperties").asBoolean(true))
          .as(name)
          .isFalse();
    }
    JsonNode patch = schemas.at("/TransportPatch/properties");
    assertThat(patch.path("schedule").toString()).contains("\"null\"");
    assertThat(patch.path("description").path("type").toString()).contains("\"null\"");
    assertThat(patch.path("name").path("type").toString()).doesNotContain("null");
  }

  @Test
  void namesAreTheOnesOnTheWire() {
    List<String> names = new ArrayList<>();
    for (var schema : api.at("/components/schemas").properties()) {
      schema.getValue().path("properties").propertyNames().forEach(names::add);
    }
    assertThat(names).isNotEmpty().allMatch(name -> name.matches("[a-z0-9_]+"));
  }

  @Test
  void metricsAreInPrometheusForm() {
    server.get("/api/health");
    var answer = server.get("/metrics");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).matches("text/plain; ?version=0.0.4; ?charset=utf-8");
    assertThat(answer.body())
        .contains("# TYPE jvm_memory_used_bytes gauge")
        .contains("http_server_requests_seconds_count");
  }

  @Test
  void userInterfaceIsUnderItsPath() {
    assertThat(server.get("/swagger-ui").status()).isEqualTo(302);
    assertThat(server.get("/swagger-ui/index.html").body()).contains("Swagger UI");
  }
}
