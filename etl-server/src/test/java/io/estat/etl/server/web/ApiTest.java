package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.RunningServer;
import io.estat.etl.server.RunningServer.Answer;
import io.estat.etl.server.store.Claims;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.Sighting;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The API by its calls; every answer is held to the description of itself. */
final class ApiTest {
  private static final String SLOW = "{\"name\": \"slow\", \"tables\": [\"SLOW\"]}";
  private static final String ORDERS = "{\"name\": \"orders\", \"tables\": [\"ORDERS\"]}";

  @TempDir static Path folder;
  private static String url;
  private static RunningServer server;
  private static OpenApiContract contract;

  @BeforeAll
  static void start() throws SQLException {
    url = "jdbc:h2:mem:shop-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("create table ORDERS (ID int primary key, NOTE varchar(20))");
      statement.execute("insert into ORDERS values (1, 'first'), (2, null), (3, 'third')");
      statement.execute("create alias HELD for \"" + HeldRows.class.getName() + ".row\"");
      statement.execute("create view SLOW as select HELD(ID) as ID from ORDERS");
      statement.execute("create schema OTHER");
      statement.execute("create table OTHER.ORDERS (ID int primary key)");
      statement.execute("create table OTHER.\"a/b;c%\" (ID int primary key)");
    }
    server = RunningServer.start(folder, "SOURCE_URL", url);
    contract = new OpenApiContract(server.get("/v3/api-docs").json());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void createsAndShowsATransport() {
    Answer created =
        call(
            "POST",
            "/api/transports",
            """
            {"name": "nightly", "description": "all", "tables": ["ORDERS", "OTHER.ORDERS"],
             "table_options": {"ORDERS": {"columns": ["ID"], "where": "ID > 1", "numbers": "number"}},
             "enabled": false, "schedule": {"expression": "30 2 * * *", "timezone": "Europe/Berlin"}}
            """);
    assertThat(created.status()).isEqualTo(201);
    String id = id(created);
    assertThat(id).matches(TransportId.PATTERN);
    assertThat(created.header("Location")).isEqualTo("/api/transports/" + id);
    Answer shown = call("GET", "/api/transports/" + id, null);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json()).isEqualTo(created.json());
    assertThat(shown.header("ETag")).isEqualTo(created.header("ETag"));
    assertThat(shown.json().propertyNames())
        .containsExactly(
            "id",
            "name",
            "description",
            "source",
            "tables",
            "table_options",
            "enabled",
            "schedule",
            "status",
            "created_at",
            "updated_at");
    assertThat(shown.json().path("status").asString()).isEqualTo("idle");
    assertThat(shown.json().at("/schedule/timezone").asString()).isEqualTo("Europe/Berlin");
    assertThat(shown.json().at("/table_options/ORDERS").toString())
        .contains("\"columns\":[\"ID\"]", "\"where\":\"ID > 1\"", "\"numbers\":\"number\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tables": ["ORDERS"]}                                      | VALIDATION_ERROR | name
          {"name": null, "tables": ["ORDERS"]}                        | VALIDATION_ERROR | name
          {"name": "", "tables": ["ORDERS"]}                          | VALIDATION_ERROR | name
          {"name": 5, "tables": ["ORDERS"]}                           | VALIDATION_ERROR | name
          {"name": "a\\u0000b", "tables": ["ORDERS"]}                 | VALIDATION_ERROR | name
          {"name": "a\\ud800b", "tables": ["ORDERS"]}                 | VALIDATION_ERROR | name
          {"name": "a", "name": "b", "tables": ["ORDERS"]}            | VALIDATION_ERROR | name
          {"name": "a"}                                               | VALIDATION_ERROR | tables
          {"name": "a", "tables": []}                                 | VALIDATION_ERROR | tables
          {"name": "a", "tables": "ORDERS"}                           | VALIDATION_ERROR | tables
          {"name": "a", "tables": [null]}                             | VALIDATION_ERROR | tables[0]
          {"name": "a", "tables": [7]}                                | VALIDATION_ERROR | tables[0]
          {"name": "a", "tables": ["ORDERS", "ORDERS"]}               | VALIDATION_ERROR | tables[1]
          {"name": "a", "tables": ["ORDRES"]}                         | VALIDATION_ERROR | tables[0]
          {"name": "a", "tables": ["A.B.C"]}                          | VALIDATION_ERROR | tables[0]
          {"name": "a", "tables": ["ORDERS"], "enabled": "true"}      | VALIDATION_ERROR | enabled
          {"name": "a", "tables": ["ORDERS"], "enabled": 1}           | VALIDATION_ERROR | enabled
          {"name": "a", "tables": ["ORDERS"], "source": "x"}          | VALIDATION_ERROR | source
          {"name": "a", "tables": ["ORDERS"], "enabeld": true}        | VALIDATION_ERROR | enabeld
          {"name": "a", "tables": ["ORDERS"], "id": "x"}              | VALIDATION_ERROR | id
          {"name": "a", "tables": ["ORDERS"], "schedule": {"expression": "* * * * *"}} | VALIDATION_ERROR | schedule.timezone
          {"name": "a", "tables": ["ORDERS"], "schedule": {"expression": "x", "timezone": "UTC"}} | VALIDATION_ERROR | schedule.expression
          {"name": "a", "tables": ["ORDERS"], "schedule": {"expression": "0 0 30 2 *", "timezone": "UTC"}} | VALIDATION_ERROR | schedule.expression
          {"name": "a", "tables": ["ORDERS"], "schedule": {"expression": "* * * * *", "timezone": "Mars/X"}} | VALIDATION_ERROR | schedule.timezone
          {"name": "a", "tables": ["ORDERS"], "table_options": {"X": {}}} | VALIDATION_ERROR | table_options.X
          {"name": "a", "tables": ["ORDERS"], "table_options": {"ORDERS": null}} | VALIDATION_ERROR | table_options[ORDERS]
          {"name": "a", "tables": ["ORDERS"], "table_options": {"ORDERS": {"where": "1=1) or (1=1"}}} | VALIDATION_ERROR | table_options.ORDERS.where
          {"name": "a", "tables": ["ORDERS"], "table_options": {"ORDERS": {"numbers": "x"}}} | VALIDATION_ERROR | table_options[ORDERS].numbers
          {"name": "a", "tables": ["ORDERS", "OTHER.ORDERS"], "table_options": {"OTHER.ORDERS": {"output_name": "orders"}}} | VALIDATION_ERROR | tables
          []                                                          | VALIDATION_ERROR | body
          "x"                                                         | VALIDATION_ERROR | body
          {"name": "a", "tables": ["ORDERS"]} {}                      | VALIDATION_ERROR | body
          {"name": "a",                                               | INVALID_REQUEST  |
          {name: 1}                                                   | INVALID_REQUEST  |
          """)
  void refusesWhatIsNotATransport(String body, String code, @Nullable String field) {
    Answer answer = call("POST", "/api/transports", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).as(answer.body()).isEqualTo(code);
    assertThat(answer.json().at("/details/0/field").asString(""))
        .as(answer.body())
        .isEqualTo(field == null ? "" : field);
  }

  @Test
  void unknownTablesAreNamedWithTheNearest() {
    Answer answer =
        call("POST", "/api/transports", "{\"name\":\"a\",\"tables\":[\"ORDERS\",\"ordres\"]}");
    assertThat(answer.message())
        .contains("tables[1] table ordres is not in PUBLIC", "did you mean ORDERS?");
  }

  @Test
  void tenThousandTablesAreTooMany() {
    String tables =
        IntStream.range(0, 10_000).mapToObj(i -> "\"T" + i + "\"").collect(Collectors.joining(","));
    Answer answer = call("POST", "/api/transports", "{\"name\":\"a\",\"tables\":[" + tables + "]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("tables must have 1 to 1000 entries");
  }

  @Test
  void bodiesOverTheLimitAreRefusedAlsoInChunks() {
    String body = "{\"name\":\"" + "x".repeat(1_000_000) + "\",\"tables\":[\"ORDERS\"]}";
    assertThat(call("POST", "/api/transports", body).code()).isEqualTo("PAYLOAD_TOO_LARGE");
    String chunked =
        server.raw(
            "POST /api/transports HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + Integer.toHexString(body.length())
                + "\r\n"
                + body
                + "\r\n0\r\n\r\n");
    assertThat(chunked).startsWith("HTTP/1.1 413 ").contains("\"PAYLOAD_TOO_LARGE\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "x"})
  void otherTypesOfBodiesAreRefused(String type) {
    Answer answer = call("POST", "/api/transports", ORDERS, "Content-Type", type);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.code()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void missingBodiesAreRefused() {
    assertThat(call("POST", "/api/transports", "").code()).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void pagesThroughTransports() {
    for (int i = 0; i < 3; i++) {
      create(ORDERS);
    }
    Answer two = call("GET", "/api/transports?offset=1&limit=2", null);
    assertThat(two.json().propertyNames())
        .containsExactly("transports", "total", "offset", "limit");
    assertThat(two.json().path("transports").size()).isEqualTo(2);
    assertThat(two.json().path("total").asInt()).isGreaterThanOrEqualTo(3);
    assertThat(call("GET", "/api/transports", null).json().path("limit").asInt()).isEqualTo(20);
    for (String query :
        List.of(
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=",
            "limit=5.0",
            "offset=-1",
            "offset=99999999999",
            "limit=1&limit=2")) {
      Answer bad = call("GET", "/api/transports?" + query, null);
      assertThat(bad.status()).as(query).isEqualTo(400);
      assertThat(bad.json().at("/details/0/field").asString(""))
          .as(query)
          .isEqualTo(query.substring(0, query.indexOf('=')));
    }
  }

  @Test
  void changesATransport() {
    String path = "/api/transports/" + create(ORDERS);
    Answer replaced =
        call("PUT", path, "{\"name\":\"new\",\"tables\":[\"OTHER.ORDERS\"],\"enabled\":false}");
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.json().path("name").asString()).isEqualTo("new");
    Answer patched =
        call(
            "PATCH",
            path,
            "{\"enabled\":null,\"table_options\":{\"OTHER.ORDERS\":{\"where\":\"ID>0\"}}}",
            "Content-Type",
            "application/merge-patch+json");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.json().path("enabled").asBoolean()).isTrue();
    assertThat(patched.json().path("name").asString()).isEqualTo("new");
    Answer again = call("PATCH", path, "{\"table_options\":{\"OTHER.ORDERS\":null}}");
    assertThat(again.json().path("table_options").isEmpty()).isTrue();
    assertThat(call("GET", path, null).header("ETag")).isEqualTo(again.header("ETag"));
    for (String bad :
        List.of(
            "{\"name\":null}", "{\"nmae\":\"x\"}", "{\"tables\":[]}", "[]", "{\"name\":\"\"}")) {
      assertThat(call("PATCH", path, bad).code()).as(bad).isEqualTo("VALIDATION_ERROR");
    }
    assertThat(call("PATCH", path, "{").code()).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void ifMatchKeepsOthersChanges() {
    Answer created = call("POST", "/api/transports", ORDERS);
    String path = "/api/transports/" + id(created);
    String first = created.header("ETag");
    Answer second = call("PATCH", path, "{\"name\":\"b\"}", "If-Match", first);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.header("ETag")).isNotEqualTo(first);
    for (String stale : List.of(first, "W/" + second.header("ETag"), "\"x\"", "")) {
      for (String method : List.of("PUT", "PATCH", "DELETE")) {
        Answer refused =
            call(method, path, method.equals("DELETE") ? null : ORDERS, "If-Match", stale);
        assertThat(refused.status()).as(method + stale).isEqualTo(412);
        assertThat(refused.code()).isEqualTo("PRECONDITION_FAILED");
      }
    }
    String list = "\"x\", " + second.header("ETag");
    assertThat(call("PATCH", path, "{\"name\":\"c\"}", "If-Match", list).status()).isEqualTo(200);
    assertThat(call("DELETE", path, null, "If-Match", "*").status()).isEqualTo(204);
  }

  @Test
  void deletedTransportsAreGoneAndTheirJobsStay() {
    String id = create(SLOW);
    String job;
    try (var held = HeldRows.hold()) {
      Answer started = call("POST", "/api/transports/" + id + "/execute", null);
      job = started.json().path("job_id").asString();
      assertThat(call("DELETE", "/api/transports/" + id, null).code()).isEqualTo("CONFLICT");
      assertThat(call("PATCH", "/api/transports/" + id, "{}").code()).isEqualTo("CONFLICT");
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(server.get("/metrics").body())
                      .doesNotContain("estat_etl_oldest_snapshot_age_seconds 0.0\n"));
      assertThat(call("POST", "/api/jobs/" + job + "/cancel", null).status()).isEqualTo(202);
      awaitTurnsOfTheRunner();
      assertThat(held).isNotNull();
    }
    awaitCancelled(job);
    assertThat(call("DELETE", "/api/transports/" + id, null).status()).isEqualTo(204);
    for (String method : List.of("GET", "PUT", "PATCH", "DELETE")) {
      String body = method.equals("GET") || method.equals("DELETE") ? null : ORDERS;
      Answer gone = call(method, "/api/transports/" + id, body);
      assertThat(gone.status()).isEqualTo(404);
      assertThat(gone.code()).isEqualTo("TRANSPORT_NOT_FOUND");
    }
    assertThat(call("POST", "/api/transports/" + id + "/execute", null).code())
        .isEqualTo("TRANSPORT_NOT_FOUND");
    assertThat(call("GET", "/api/jobs/" + job, null).status()).isEqualTo(200);
  }

  @Test
  void idsOfAnotherFormAreNamed() {
    for (String path :
        List.of(
            "/api/transports/x",
            "/api/transports/TRPID-0A1B2C3D",
            "/api/jobs/JOB-1",
            "/api/jobs?transport_id=7",
            "/api/jobs?status=done")) {
      Answer answer = call("GET", path, null);
      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
    }
    assertThat(call("GET", "/api/jobs/JOB-20260101-000000-00000000", null).code())
        .isEqualTo("JOB_NOT_FOUND");
  }

  @Test
  void executesOnceAtATime() {
    String id = create(SLOW);
    String job;
    try (var held = HeldRows.hold()) {
      Answer first = call("POST", "/api/transports/" + id + "/execute", null);
      assertThat(first.status()).isEqualTo(202);
      assertThat(first.json().propertyNames())
          .containsExactly("job_id", "transport_id", "version", "status");
      assertThat(first.json().path("version").asInt()).isEqualTo(1);
      assertThat(first.json().path("status").asString()).isEqualTo("pending");
      job = first.json().path("job_id").asString();
      assertThat(first.header("Location")).isEqualTo("/api/jobs/" + job);
      Answer second = call("POST", "/api/transports/" + id + "/execute", null);
      assertThat(second.status()).isEqualTo(409);
      assertThat(second.code()).isEqualTo("TRANSPORT_NOT_EXECUTABLE");
      assertThat(second.message()).contains(job);
      assertThat(call("POST", "/api/jobs/" + job + "/cancel", null).status()).isEqualTo(202);
      awaitTurnsOfTheRunner();
      assertThat(held).isNotNull();
    }
    awaitCancelled(job);
    Answer shown = call("GET", "/api/jobs/" + job, null);
    assertThat(shown.json().at("/extractions/0/table_name").asString()).isEqualTo("SLOW");
    assertThat(shown.json().at("/extractions/0/error/code").asString()).isEqualTo("CANCELLED");
    assertThat(shown.json().path("version_label").asString()).isEqualTo("v001");
    Answer again = call("POST", "/api/jobs/" + job + "/cancel", null);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("JOB_NOT_CANCELLABLE");

    Answer jobs = call("GET", "/api/jobs?transport_id=" + id + "&status=cancelled", null);
    assertThat(jobs.json().propertyNames()).containsExactly("jobs", "total", "offset", "limit");
    assertThat(jobs.json().path("total").asInt()).isEqualTo(1);
    assertThat(jobs.json().at("/jobs/0")).isEqualTo(shown.json());
  }

  @Test
  void showsWhatAJobLanded() {
    Answer started = call("POST", "/api/transports/" + create(ORDERS) + "/execute", null);
    String path = "/api/jobs/" + started.json().path("job_id").asString();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> call("GET", path, null).json().path("status").asString().equals("completed"));
    JsonNode job = call("GET", path, null).json();
    assertThat(job.at("/metrics/total_rows").asInt()).isEqualTo(3);
    assertThat(job.at("/extractions/0/row_count").asInt()).isEqualTo(3);
    assertThat(job.at("/extractions/0/gcs_path").asString()).endsWith("/v001/ORDERS.jsonl.gz");
  }

  @Test
  void disabledTransportsAreNotExecuted() {
    String id = create("{\"name\":\"off\",\"tables\":[\"ORDERS\"],\"enabled\":false}");
    Answer answer = call("POST", "/api/transports/" + id + "/execute", null);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("TRANSPORT_NOT_EXECUTABLE");
    assertThat(answer.message()).contains("is disabled");
  }

  @Test
  void repeatedRequestsHaveTheirEffectOnce() {
    String key = UUID.randomUUID().toString();
    Answer first = call("POST", "/api/transports", ORDERS, "Idempotency-Key", key);
    Answer repeated = call("POST", "/api/transports", ORDERS, "Idempotency-Key", key);
    assertThat(repeated.status()).isEqualTo(201);
    assertThat(id(repeated)).isEqualTo(id(first));
    Answer other =
        call("POST", "/api/transports", ORDERS.replace("orders", "b"), "Idempotency-Key", key);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.code()).isEqualTo("CONFLICT");

    String execute = "/api/transports/" + id(first) + "/execute";
    JsonNode job = call("POST", execute, null, "Idempotency-Key", key).json();
    assertThat(call("POST", execute, null, "Idempotency-Key", key).json()).isEqualTo(job);
    assertThat(call("POST", execute, null, "Idempotency-Key", "a b").code())
        .isEqualTo("VALIDATION_ERROR");
    assertThat(call("POST", execute, null, "Idempotency-Key", "x".repeat(201)).status())
        .isEqualTo(400);
  }

  @Test
  void showsTheSource() {
    JsonNode status = call("GET", "/api/oracle/status", null).json();
    assertThat(status.path("connected").asBoolean()).isTrue();
    assertThat(status.path("database").asString()).isEqualTo("h2");
    assertThat(status.at("/pool/max").asInt()).isEqualTo(10);

    JsonNode tables = call("GET", "/api/tables?owner=OTHER", null).json();
    assertThat(tables.path("total").asInt()).isEqualTo(2);
    assertThat(tables.at("/tables/0").propertyNames())
        .containsExactly("owner", "name", "row_estimate", "column_count");
    assertThat(call("GET", "/api/tables?search=rder&limit=1", null).json().path("tables").size())
        .isEqualTo(1);

    JsonNode columns = call("GET", "/api/tables/ORDERS/columns", null).json();
    assertThat(columns.path("columns").size()).isEqualTo(2);
    assertThat(columns.at("/columns/0/name").asString()).isEqualTo("ID");
    assertThat(call("GET", "/api/columns?owner=OTHER&table=a%2Fb%3Bc%25", null).status())
        .isEqualTo(200);
    Answer missing = call("GET", "/api/tables/ORDER/columns", null);
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.code()).isEqualTo("TABLE_NOT_FOUND");
    assertThat(missing.message()).contains("did you mean ORDERS?");
  }

  @Test
  void showsFirstRows() {
    Answer rows = call("GET", "/api/tables/ORDERS/sample?limit=2", null);
    assertThat(rows.json().path("rows").size()).isEqualTo(2);
    assertThat(rows.json().at("/rows/0").propertyNames()).containsExactly("ID", "NOTE");
    assertThat(call("GET", "/api/sample?table=ORDERS", null).json().path("rows").size())
        .isEqualTo(3);
    assertThat(call("GET", "/api/sample?table=ORDERS&limit=101", null).status()).isEqualTo(400);
    assertThat(call("GET", "/api/sample", null).json().at("/details/0/field").asString())
        .isEqualTo("table");
    try (var closed = RunningServer.start(folder, "SERVER_SAMPLES", "false")) {
      assertThat(closed.get("/api/sample?table=ORDERS").status()).isEqualTo(403);
    }
  }

  @Test
  void preflightTriesEverythingAndLeavesNothing() throws IOException {
    String id =
        create(
            "{\"name\":\"p\",\"tables\":[\"ORDERS\"],\"table_options\":{\"ORDERS\":{\"columns\":[\"NOTES\"]}}}");
    Answer failed = call("POST", "/api/transports/" + id + "/preflight", null);
    assertThat(failed.status()).isEqualTo(200);
    assertThat(failed.json().path("ok").asBoolean()).isFalse();
    assertThat(failed.body()).contains("NOTES").contains("did you mean NOTE?");
    call("PATCH", "/api/transports/" + id, "{\"table_options\":null}");
    JsonNode fine = call("POST", "/api/transports/" + id + "/preflight", null).json();
    assertThat(fine.path("ok").asBoolean()).isTrue();
    assertThat(fine.path("checks").toString())
        .contains("\"ORDERS\"", "takes and forgets an upload");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().contains("_preflight/"))).isEmpty();
    }
  }

  @Test
  void preflightTellsAStoreThatRefuses() throws IOException {
    Path file = Files.createFile(folder.resolve("not-a-folder.db"));
    try (var other =
        RunningServer.start(folder, "SOURCE_URL", url, "STORE_URL", file.toUri() + "/x")) {
      String id = other.send("POST", "/api/transports", ORDERS).json().path("id").asString();
      Answer refused = other.send("POST", "/api/transports/" + id + "/preflight", null);
      contract.check("POST", "/api/transports/" + id + "/preflight", refused);
      assertThat(refused.status()).isEqualTo(502);
      assertThat(refused.code()).isEqualTo("GCS_UPLOAD_ERROR");
    }
  }

  @Test
  void aSourceThatIsAwayIsToldAsSuch() {
    try (var away =
        RunningServer.start(folder, "SOURCE_URL", "jdbc:h2:tcp://localhost:1/nothing")) {
      JsonNode status = away.get("/api/oracle/status").json();
      assertThat(status.path("connected").asBoolean()).isFalse();
      Answer tables = away.get("/api/tables");
      assertThat(tables.status()).isEqualTo(503);
      assertThat(tables.code()).isEqualTo("ORACLE_CONNECTION_ERROR");
      contract.check("GET", "/api/tables", tables);
      assertThat(away.get("/api/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void readyAsksTheJobStore() {
    assertThat(call("GET", "/api/ready", null).status()).isEqualTo(200);
    try (var other = RunningServer.start(folder)) {
      other.bean(StoreDatabase.class).close();
      Answer answer = other.get("/api/ready");
      contract.check("GET", "/api/ready", answer);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.json().at("/details/0/field").asString()).isEqualTo("job_store");
      assertThat(other.get("/api/jobs").code()).isEqualTo("UNAVAILABLE");
      assertThat(other.get("/api/health").status()).isEqualTo(200);
    }
  }

  @Test
  void jobsOfAllTriggersAreShown() {
    var created =
        server.bean(JobStore.class).create(new TransportId(create(ORDERS)), Trigger.SCHEDULE, null);
    assertThat(created).isNotNull();
    assertThat(call("GET", "/api/jobs?limit=100", null).body()).contains("\"schedule\"");
  }

  /** The engine of a job that is to be cancelled knows it then, if it had begun. */
  private static void awaitTurnsOfTheRunner() {
    Claims claims = server.bean(Stores.class).claims();
    long now = claims.held().stream().mapToLong(Sighting::beat).max().orElse(0);
    Awaitility.await().until(() -> claims.held().stream().noneMatch(held -> held.beat() < now + 2));
  }

  private static void awaitCancelled(String job) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                call("GET", "/api/jobs/" + job, null)
                    .json()
                    .path("status")
                    .asString()
                    .equals("cancelled"));
  }

  private static String create(String body) {
    return id(call("POST", "/api/transports", body));
  }

  private static String id(Answer answer) {
    return answer.json().path("id").asString();
  }

  private static Answer call(String method, String path, @Nullable String body, String... headers) {
    Answer answer = server.send(method, path, body, headers);
    contract.check(method, path, answer);
    return answer;
  }
}
