package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bounds of heads, of connections, of room. */
class LimitsTest {
  private static final int LIMIT = 32 * 1024;

  private static int statusOf(String request) throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      Answer answer = client.ask(request);
      if (answer.status() != 200) {
        assertThat(answer.saysClose()).isTrue();
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(server.counts().badRequests()).isEqualTo(1);
        assertThat(server.counts().requests()).isZero();
        assertThat(server.bodies()).isEmpty();
      }
      return answer.status();
    }
  }

  @Test
  void takesARequestLineOf32KiBAndNoMore() throws IOException {
    String frame = "GET /collect? HTTP/1.1";
    String longest = "x".repeat(LIMIT - frame.length());
    assertThat(statusOf(request("GET /collect?" + longest))).isEqualTo(200);
    assertThat(statusOf(request("GET /collect?" + longest + "x"))).isEqualTo(414);
    assertThat(statusOf("GET /" + "x".repeat(100_000))).as("never ends").isEqualTo(414);
  }

  @Test
  void takesHeadersOf32KiBTogetherAndNoMore() throws IOException {
    int frame = "Host: localhostContent-Length: 1Cookie: Accept: */*".length();
    String longest = "x".repeat(LIMIT - frame);
    assertThat(statusOf(post("a", "Cookie: " + longest, "Accept: */*"))).isEqualTo(200);
    assertThat(statusOf(post("a", "Cookie: " + longest + "x", "Accept: */*"))).isEqualTo(431);
    assertThat(statusOf("GET /collect?a HTTP/1.1\r\nA: " + "x".repeat(100_000)))
        .as("never ends")
        .isEqualTo(431);
    assertThat(statusOf(request("GET /collect?a", "A: b\r\n".repeat(10_000) + "C: d")))
        .as("many small ones")
        .isEqualTo(431);
  }

  @Test
  void answersAConnectionTooManyWith503AndCloses() throws IOException {
    try (CollectServer server = new ServerPlan().maxConnections(2).start();
        RawClient first = server.connect();
        RawClient second = server.connect()) {
      assertThat(first.isUsable()).isTrue();
      assertThat(second.isUsable()).isTrue();
      try (RawClient third = server.connect()) {
        Answer answer = third.answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isEqualTo("1");
        assertThat(answer.header("content-length")).isEqualTo("0");
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
        assertThat(answer.saysClose()).isTrue();
        assertThat(third.isClosedByServer()).isTrue();
      }
      assertThat(server.http.rejectedConnections()).isEqualTo(1);
      assertThat(first.isUsable()).isTrue();
      second.reset();
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.openConnections() == 1);
      try (RawClient next = server.connect()) {
        assertThat(next.ask(post("a")).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusesAtOnceWithoutRoomAndTakesAgainWhenThereIsRoom() throws IOException {
    try (CollectServer server = new ServerPlan().room(2).start();
        RawClient client = server.connect()) {
      assertThat(client.ask(post("a")).status()).isEqualTo(200);
      assertThat(client.ask(post("b")).status()).isEqualTo(200);
      for (String request :
          new String[] {
            post("c"),
            request("GET /collect?c"),
            request("GET /collect.gif?c"),
            request("POST /collect", "Transfer-Encoding: chunked") + "1\r\nc\r\n0\r\n\r\n"
          }) {
        Answer answer = client.ask(request);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isEqualTo("1");
        assertThat(answer.saysClose()).as("the client is welcome").isFalse();
      }
      assertThat(server.bodies()).containsExactly("a", "b");
      assertThat(client.ask(post("d")).status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("d");
    }
  }

  @Test
  void refusesABodyInPartsForWhichThereIsNoMemoryAndGoesOn() throws IOException {
    var plan = new ServerPlan().maxBodyBytes(200_000);
    plan.batchBytes = 64 * 1024;
    plan.budgetBytes = 256 * 1024;
    try (CollectServer server = plan.start();
        RawClient client = server.connect()) {
      Answer answer = client.ask(post("x".repeat(199_999)));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(client.ask(post("a")).status()).isEqualTo(200);
      assertThat(server.bodies()).containsExactly("a");
      assertThat(server.budget.bytesTaken()).isZero();
    }
  }

  @Test
  void servesConnectionsOnSeveralLoops() throws IOException {
    var plan = new ServerPlan();
    plan.ioThreads = 3;
    try (CollectServer server = plan.start()) {
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        try (RawClient client = server.connect()) {
          assertThat(client.ask(post("event " + i)).status()).isEqualTo(200);
          sent.add("event " + i);
        }
      }
      assertThat(server.bodies()).isEqualTo(sent);
      assertThat(server.counts().accepted()).isEqualTo(20);
    }
  }
}
