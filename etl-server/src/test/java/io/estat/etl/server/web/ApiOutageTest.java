package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.breaker.Breaker.State;
import io.estat.etl.breaker.BreakerOptions;
import io.estat.etl.breaker.Breakers;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.server.RunningServer;
import io.estat.etl.server.RunningServer.Answer;
import io.estat.testkit.FlakyProxy;
import io.estat.testkit.FlakyProxy.Manner;
import io.estat.testkit.ManualClock;
import io.estat.testkit.PostgresServer;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API while the source or the store is away, behind networks that are cut. */
@Timeout(300)
final class ApiOutageTest {
  private static final Duration OPEN_FOR = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final Breakers breakers =
      Breakers.of(
          new BreakerOptions(1, Duration.ofMinutes(1), OPEN_FOR),
          () -> Instant.ofEpochMilli(clock.wallMillis()));
  private final PostgresServer.Database shop = PostgresServer.shared().createDatabase();

  @Test
  void aSourceThatIsAwayIsToldAtOnceWithoutAskingIt() throws Exception {
    createOrders();
    try (var proxy = new FlakyProxy(port());
        RunningServer server = start(proxy.port(), "SOURCE_POOL_MIN", "0")) {
      var contract = new OpenApiContract(server.get("/v3/api-docs").json());
      String transport = "/api/transports/" + createTransport(server);
      assertThat(server.get("/api/tables").status()).isEqualTo(200);
      proxy.behave(Manner.AWAY);
      // Each request waits as long as the pool is patient; the first may get a dead connection.
      Awaitility.await()
          .atMost(LONG)
          .until(
              () -> {
                Answer failed = server.get("/api/tables");
                assertThat(failed.status()).isEqualTo(503);
                assertThat(failed.code()).isEqualTo("ORACLE_CONNECTION_ERROR");
                return breakers.database().state() == State.OPEN;
              });

      int connections = proxy.connections();
      for (String path : List.of("/api/tables", "/api/columns?table=x", "/api/sample?table=x")) {
        assertAway(server.get(path), "ORACLE_CONNECTION_ERROR");
        contract.check("GET", path.replaceFirst("\\?.*", ""), server.get(path));
      }
      Answer preflight = server.send("POST", transport + "/preflight", null);
      assertAway(preflight, "ORACLE_CONNECTION_ERROR");
      contract.check("POST", "/api/transports/{id}/preflight", preflight);
      Answer status = server.get("/api/oracle/status");
      assertThat(status.status()).isEqualTo(200);
      assertThat(status.json().path("connected").asBoolean(true)).isFalse();
      assertThat(server.get("/api/ready").status()).isEqualTo(200);
      String job = execute(server, transport);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> server.get("/api/jobs/" + job).body().contains("running"));
      assertThat(proxy.connections()).isEqualTo(connections);

      proxy.behave(Manner.PASS);
      clock.advance(OPEN_FOR.plusSeconds(1));
      Awaitility.await().atMost(LONG).until(() -> server.get("/api/tables").status() == 200);
      assertThat(breakers.database().state()).isEqualTo(State.CLOSED);
      Awaitility.await()
          .atMost(LONG)
          .until(
              () -> server.get("/api/jobs/" + job).json().path("status").asString(),
              is -> is.equalsIgnoreCase(JobStatus.COMPLETED.name()));
    }
  }

  @Test
  void aStoreThatIsAwayIsToldAtOnceToWhoeverNeedsIt() throws Exception {
    createOrders();
    try (FlakyProxy store = new FlakyProxy(port());
        RunningServer server =
            start(port(), "STORE_URL", "gs://landing", "GCS_ENDPOINT", store.url())) {
      store.behave(Manner.AWAY);
      var contract = new OpenApiContract(server.get("/v3/api-docs").json());
      String preflight = "/api/transports/" + createTransport(server) + "/preflight";
      Answer failed = server.send("POST", preflight, null);
      assertThat(failed.status()).isEqualTo(502);
      assertThat(failed.code()).isEqualTo("GCS_UPLOAD_ERROR");
      assertThat(breakers.store().state()).isEqualTo(State.OPEN);

      int connections = store.connections();
      Answer away = server.send("POST", preflight, null);
      assertAway(away, "UNAVAILABLE");
      contract.check("POST", "/api/transports/{id}/preflight", away);
      assertThat(store.connections()).isEqualTo(connections);
      assertThat(server.get("/api/tables").status()).isEqualTo(200);
    }
  }

  private static void assertAway(Answer answer, String code) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.header("Retry-After")).isEqualTo("3");
    assertThat(answer.message()).contains("has been away since 1970-01-01T00:00:00Z");
  }

  private RunningServer start(int sourcePort, String... settings) {
    var all = new ArrayList<>(List.of(settings));
    all.addAll(
        List.of(
            "SOURCE_URL",
            "jdbc:postgresql://127.0.0.1:" + sourcePort + "/" + shop.name(),
            "SOURCE_USERNAME",
            PostgresServer.USER,
            "SOURCE_PASSWORD",
            PostgresServer.PASSWORD));
    return RunningServer.startWith(breakers, folder, all.toArray(String[]::new));
  }

  private int port() {
    return URI.create(shop.url().substring("jdbc:".length())).getPort();
  }

  private void createOrders() throws SQLException {
    try (Connection connection = shop.connect()) {
      connection.createStatement().execute("create table orders (id int primary key)");
    }
  }

  private static String createTransport(RunningServer server) {
    Answer created =
        server.send("POST", "/api/transports", "{\"name\": \"orders\", \"tables\": [\"orders\"]}");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.json().path("id").asString();
  }

  private static String execute(RunningServer server, String transport) {
    Answer accepted = server.send("POST", transport + "/execute", null);
    assertThat(accepted.status()).isEqualTo(202);
    return accepted.json().path("job_id").asString();
  }
}
