package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CORS headers, on every answer of the event paths. */
class CorsTest {
  private static final String SHOP = "https://shop.example.com";
  private static final String OTHER = "https://evil.example.net";

  /** Requests to the event paths with the status that each is answered with. */
  static Stream<Map.Entry<String, Integer>> requests() {
    String origin = "Origin: " + SHOP;
    // Of a head that cannot be read to its end the line before the fault is not known for sure.
    String between = "Accept: */*";
    String tooLong = "x".repeat(40_000);
    return Map.ofEntries(
        Map.entry(post("a", origin, "X-Write-Key: k"), 200),
        Map.entry(request("GET /collect?a&key=k", origin), 200),
        Map.entry(request("GET /collect.gif?a&key=k", origin), 200),
        Map.entry(request("OPTIONS /collect", origin), 204),
        Map.entry(request("GET /collect?", origin, "X-Write-Key: k"), 400),
        Map.entry(post("a", origin, "X-Write-Key: k", "Content-Encoding: gzip"), 400),
        Map.entry(post("a", origin), 401),
        Map.entry(request("PUT /collect", origin), 405),
        Map.entry(request("PUT /collect.gif", origin), 405),
        Map.entry(post("a".repeat(20_000), origin, "X-Write-Key: k"), 413),
        Map.entry(post("a", origin, "X-Write-Key: k", "Content-Encoding: br"), 415),
        Map.entry(post("a", origin, "X-Write-Key: k", "Expect: more"), 417),
        Map.entry(post("a", origin, between, "Big: " + tooLong), 431),
        Map.entry(post("a", origin, "Host: two.example.com"), 400),
        Map.entry(post("a", origin, between, "Bad: \0"), 400))
        .entrySet()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyAnswerAllowsEveryOriginWithoutCredentials(Map.Entry<String, Integer> given)
      throws IOException {
    try (CollectServer server = new ServerPlan().writeKeys("k").start();
        RawClient client = server.connect()) {
      Answer answer = client.ask(given.getKey());
      assertThat(answer.status()).isEqualTo(given.getValue());
      assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
      assertThat(answer.header("access-control-allow-credentials")).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyAnswerEchoesAListedOriginWithCredentials(Map.Entry<String, Integer> given)
      throws IOException {
    try (CollectServer server =
            new ServerPlan().writeKeys("k").corsOrigins("https://a.example.com", SHOP).start();
        RawClient client = server.connect()) {
      Answer answer = client.ask(given.getKey());
      assertThat(answer.status()).isEqualTo(given.getValue());
      assertThat(answer.header("access-control-allow-origin")).isEqualTo(SHOP);
      assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
      assertThat(answer.header("vary")).isEqualTo("Origin");
    }
  }

  @Test
  void aRefusalForWantOfRoomCarriesThemToo() throws IOException {
    try (CollectServer server = new ServerPlan().room(1).corsOrigins(SHOP).start();
        RawClient client = server.connect()) {
      assertThat(client.ask(post("a")).status()).isEqualTo(200);
      Answer answer = client.ask(post("b", "Origin: " + SHOP));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("access-control-allow-origin")).isEqualTo(SHOP);
      assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
      assertThat(answer.header("vary")).isEqualTo("Origin");
    }
  }

  @Test
  void anOriginThatIsNotListedIsNotAllowedButCachesAreTold() throws IOException {
    try (CollectServer server = new ServerPlan().corsOrigins(SHOP).start();
        RawClient client = server.connect()) {
      for (String origin :
          new @Nullable String[] {
            "Origin: " + OTHER, "Origin: null", "Origin: " + SHOP + ".x", "X: y"
          }) {
        Answer answer = client.ask(post("a", origin));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("access-control-allow-origin")).isNull();
        assertThat(answer.header("access-control-allow-credentials")).isNull();
        assertThat(answer.header("vary")).isEqualTo("Origin");
      }
    }
  }

  @Test
  void aPreflightAllowsWhatCollectingNeedsForADay() throws IOException {
    try (CollectServer server = new ServerPlan().corsOrigins(SHOP).writeKeys("k").start();
        RawClient client = server.connect()) {
      Answer answer =
          client.ask(
              request(
                  "OPTIONS /collect",
                  "Origin: " + SHOP,
                  "Access-Control-Request-Method: POST",
                  "Access-Control-Request-Headers: content-type,x-write-key"));
      assertThat(answer.status()).as("without a key: a browser shows none").isEqualTo(204);
      assertThat(answer.header("access-control-allow-origin")).isEqualTo(SHOP);
      assertThat(answer.header("access-control-max-age")).isEqualTo("86400");
      assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET, POST, OPTIONS");
      assertThat(answer.header("access-control-allow-headers"))
          .contains("Content-Type", "X-Write-Key", "Authorization", "Content-Encoding");
    }
  }

  @Test
  void aBeaconOfTextIsTakenWithoutAPreflight() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      Answer answer =
          client.ask(post("beacon", "Origin: " + SHOP, "Content-Type: text/plain;charset=UTF-8"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("beacon");
    }
  }
}
