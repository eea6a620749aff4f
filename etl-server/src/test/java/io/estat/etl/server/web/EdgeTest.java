package io.estat.etl.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.server.RunningServer;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever refuses, the answer has one shape. */
final class EdgeTest {
  @TempDir static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void healthSaysThatTheProcessLives() {
    for (String path : new String[] {"/health", "/api/health"}) {
      var answer = server.get(path);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().propertyNames()).containsExactly("status", "timestamp", "version");
      assertThat(answer.json().path("timestamp").asString())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nothing,404,NOT_FOUND",
    "POST,/nothing,404,NOT_FOUND",
    "GET,/api/,404,NOT_FOUND",
    "GET,/error,404,NOT_FOUND",
    "DELETE,/api/health,405,METHOD_NOT_ALLOWED",
    "QUERY,/api/health,405,METHOD_NOT_ALLOWED",
    "GET,/api/health?a=%zz,400,INVALID_REQUEST",
    "GET,/api/health?a=%ff,400,INVALID_REQUEST",
    "GET,/api/health?a=1&a=2,400,VALIDATION_ERROR",
    "GET,/api/jobs?limit=1&=1,400,INVALID_REQUEST",
    "GET,/api/jobs?limit=1&,400,INVALID_REQUEST",
    "GET,/api//health,400,INVALID_REQUEST",
    "GET,/api/health;a=b,400,INVALID_REQUEST",
    "GET,/api/%2e%2e/health,400,INVALID_REQUEST",
    "GET,/api/a%00b,400,INVALID_REQUEST",
    "GET,/api/a%2fb,400,INVALID_REQUEST",
    "GET,/api/a%25b,400,INVALID_REQUEST",
    "TRACE,/api/health,405,METHOD_NOT_ALLOWED",
    "GET,/api/%zz,400,INVALID_REQUEST",
    "GET,/api/{x},400,INVALID_REQUEST",
    "GET,/api/health HTTP/9.9 x,400,INVALID_REQUEST",
  })
  void refusesInTheOneShape(String method, String target, int status, String code) {
    String answer =
        server.raw(
            method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertError(answer, status, code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "POST /api/health HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /api/health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      })
  void malformedRequestsGetTheOneShape(String request) {
    assertError(server.raw(request), 400, "INVALID_REQUEST");
  }

  @Test
  void headersThatAreTooLongGetTheOneShape() {
    String answer =
        server.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
    assertError(answer, 400, "INVALID_REQUEST");
  }

  @Test
  void unknownTransferEncodingsGetTheOneShape() {
    String answer =
        server.raw("POST /api/health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: br\r\n\r\n");
    assertError(answer, 501, "INVALID_REQUEST");
  }

  @Test
  @SuppressWarnings("StringConcatToTextBlock") // the lines end in CRLF
  void announcedBodiesOverTheLimitAreRefusedUnread() {
    String answer =
        server.raw(
            "POST /api/health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000001\r\n"
                + "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
    assertError(answer, 413, "PAYLOAD_TOO_LARGE");
    assertThat(answer).doesNotContain("100 Continue");
  }

  @Test
  void anyAcceptIsAnsweredWithJson() {
    for (String accept : new String[] {"text/html", "image/png;q=0.1", "not a type"}) {
      assertThat(server.get("/api/health", "Accept", accept).status()).isEqualTo(200);
      var refused = server.get("/nothing", "Accept", accept);
      assertThat(refused.status()).isEqualTo(404);
      assertThat(refused.code()).isEqualTo("NOT_FOUND");
    }
  }

  @Test
  void traceIdIsTheCallersOrRandom() {
    String id = "4bf92f3577b34da6a3ce929d0e0e4736";
    var given = server.get("/nothing", "traceparent", "00-" + id + "-00f067aa0ba902b7-01");
    assertThat(given.json().path("trace_id").asString()).isEqualTo(id);
    var broken = server.get("/nothing", "traceparent", "00-XYZ-00f067aa0ba902b7-01");
    assertThat(broken.json().path("trace_id").asString()).matches("[0-9a-f]{32}");
  }

  @Test
  void wrongMethodNamesTheRightOnes() {
    var answer = server.send("DELETE", "/api/health", null);
    assertThat(answer.header("Allow")).contains("GET");
    assertThat(answer.message()).contains("/api/health has no DELETE");
  }

  @Test
  void headIsAnsweredLikeGetWithoutABody() {
    var answer = server.send("HEAD", "/nothing", null);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
  }

  private static void assertError(String answer, int status, String code) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("content-type: application/json");
    // Between the sizes of chunks, where there are any.
    assertThat(answer).contains("{", "}");
    JsonNode body =
        new JsonMapper()
            .readTree(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
    assertThat(body.path("code").asString()).isEqualTo(code);
    assertThat(body.path("message").asString()).isNotBlank();
    assertThat(body.path("trace_id").asString()).matches("[0-9a-f]{32}");
    assertThat(body.propertyNames()).isSubsetOf("code", "message", "details", "trace_id");
  }
}
