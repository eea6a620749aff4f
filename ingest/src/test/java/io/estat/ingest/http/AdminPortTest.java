package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class AdminPortTest {
  @Test
  void movesTheMetricsAndTakesNoEvents() throws IOException {
    try (CollectServer server = new ServerPlan().adminPort().start();
        RawClient events = server.connect();
        RawClient admin = new RawClient(server.http.adminPort())) {
      assertThat(server.http.adminPort()).isNotEqualTo(server.port());
      assertThat(admin.ask(request("GET /metrics")).status()).isEqualTo(200);
      assertThat(events.ask(request("GET /metrics")).status()).isEqualTo(404);
      for (RawClient either : new RawClient[] {events, admin}) {
        assertThat(either.ask(request("GET /health")).status()).isEqualTo(200);
        assertThat(either.ask(request("GET /ready")).status()).isEqualTo(200);
      }
      assertThat(admin.ask(post("a")).status()).isEqualTo(404);
      assertThat(admin.ask(request("GET /collect?a")).status()).isEqualTo(404);
      assertThat(events.ask(post("a")).status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("a");
      assertThat(server.counts().requests()).isEqualTo(1);
    }
  }
}
