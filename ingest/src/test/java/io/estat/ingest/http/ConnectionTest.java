package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keep-alive, pipelining, HTTP/1.0 and Expect. */
class ConnectionTest extends CollectFixture {
  @Test
  void keepsAnHttp11ConnectionOpen() throws IOException {
    for (int i = 0; i < 3; i++) {
      Answer answer = client.ask(post("event " + i));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("connection")).isNull();
    }
    assertThat(server.bodies()).containsExactly("event 0", "event 1", "event 2");
  }

  @Test
  void closesWhenTheClientSaysSo() throws IOException {
    Answer answer = client.ask(post("a", "Connection: close"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.saysClose()).isTrue();
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws IOException {
    String requests =
        post("first")
            + request("GET /health")
            + request("GET /nothing")
            + post("second", "Content-Encoding: br")
            + request("GET /collect.gif?third")
            + request("OPTIONS /collect")
            + request("PUT /collect", "Content-Length: 5")
            + "xxxxx"
            + post("x".repeat(17_000))
            + post("fourth");
    client.send(requests);
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      statuses.add(client.answer().status());
    }
    assertThat(statuses).containsExactly(200, 200, 404, 415, 200, 204, 405, 413, 200);
    assertThat(server.bodies()).containsExactly("first", "third", "fourth");
  }

  @Test
  void answersPipelinedRequestsThatArriveByteByByte() throws IOException {
    for (char next : (post("first") + request("GET /collect?second")).toCharArray()) {
      client.send(String.valueOf(next));
    }
    assertThat(client.answer().status()).isEqualTo(200);
    assertThat(client.answer().status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("first", "second");
  }

  @Test
  void answersAThousandPipelinedRequests() throws IOException {
    List<String> bodies = IntStream.range(0, 1_000).mapToObj(i -> "event " + i).toList();
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (String body : bodies) {
                      client.send(post(body));
                    }
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    for (int i = 0; i < bodies.size(); i++) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(sender.isInterrupted()).isFalse();
    assertThat(server.bodies()).isEqualTo(bodies);
  }

  @Test
  void ignoresWhatIsPipelinedBehindTheLastRequest() throws IOException {
    client.send(post("a", "Connection: close") + post("b"));
    assertThat(client.answer().status()).isEqualTo(200);
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(server.bodies()).containsExactly("a");
    assertThat(server.counts().requests()).isEqualTo(1);
  }

  /** Nobody could be told any more that it was taken, and its client sends it again. */
  @Test
  void ignoresWhatIsPipelinedBehindARequestThatFailsInAnUnforeseenWay() throws IOException {
    client.send(request("GET /broken") + post("a") + request("POST /collect?b"));
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(server.bodies()).isEmpty();
    assertThat(server.counts().requests()).isZero();
  }

  @Test
  void closesAnHttp10Connection() throws IOException {
    Answer answer = client.ask("POST /collect HTTP/1.0\r\nContent-Length: 1\r\n\r\na");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.saysClose()).isTrue();
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void keepsAnHttp10ConnectionThatAsksForIt() throws IOException {
    for (int i = 0; i < 2; i++) {
      Answer answer =
          client.ask(
              "POST /collect HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("connection")).isEqualToIgnoringCase("keep-alive");
    }
    assertThat(server.bodies()).containsExactly("a", "a");
  }

  @Test
  void answersAClientThatHasEndedItsOutput() throws IOException {
    client.send(post("a")).endOutput();
    assertThat(client.answer().status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void keepsTheConnectionAfterABodyThatIsTooLarge() throws IOException {
    assertThat(client.ask(post("x".repeat(16_385))).status()).isEqualTo(413);
    assertThat(client.ask(post("x".repeat(500_000))).status()).isEqualTo(413);
    assertThat(client.ask(post("a")).status()).isEqualTo(200);
    String chunk = "1000\r\n" + "x".repeat(0x1000) + "\r\n";
    String head = request("POST /collect", "Transfer-Encoding: chunked");
    assertThat(client.ask(head + chunk.repeat(5) + "0\r\n\r\n").status()).isEqualTo(413);
    assertThat(client.ask(post("b")).status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a", "b");
  }

  @Test
  void closesInsteadOfReadingAnEndlessBody() throws IOException {
    Answer answer = client.ask(request("POST /collect", "Content-Length: 1000000000000"));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.saysClose()).isTrue();
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void takesABodyOfExactlyTheLimit() throws IOException {
    String body = "x".repeat(16_384);
    assertThat(client.ask(post(body)).status()).isEqualTo(200);
    String head = request("POST /collect", "Transfer-Encoding: chunked");
    assertThat(client.ask(head + "4000\r\n" + body + "\r\n0\r\n\r\n").status()).isEqualTo(200);
    assertThat(client.ask(head + "4000\r\n" + body + "\r\n1\r\nx\r\n0\r\n\r\n").status())
        .isEqualTo(413);
    assertThat(server.bodies()).containsExactly(body, body);
  }

  @Test
  void asksForTheBodyThatAClientHoldsBack() throws IOException {
    String head = request("POST /collect", "Content-Length: 4", "Expect: 100-Continue");
    assertThat(client.ask(head).status()).isEqualTo(100);
    assertThat(client.ask("body").status()).isEqualTo(200);
    assertThat(client.isUsable()).isTrue();
    assertThat(server.bodies()).containsExactly("body");
  }

  @Test
  void refusesATooLargeBodyThatAClientHoldsBackBeforeItIsSent() throws IOException {
    String head = request("POST /collect", "Content-Length: 16385", "Expect: 100-continue");
    Answer answer = client.ask(head);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.saysClose()).isTrue();
    assertThat(client.isClosedByServer()).isTrue();
  }

  /** The client may send the body or not: the next bytes could be either. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /nothing",
        "PUT /collect",
        "POST /health",
        "GET /collect",
        "GET /collect?a",
        "OPTIONS /collect",
        "GET /health",
        "POST /collect.gif"
      })
  void closesWhereItAnswersWithoutAskingForTheBody(String request) throws IOException {
    Answer answer = client.ask(request(request, "Content-Length: 4", "Expect: 100-continue"));
    assertThat(answer.status()).isNotEqualTo(100);
    assertThat(answer.saysClose()).isTrue();
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void closesWhereItRefusesTheKeyOfARequestWhoseBodyIsHeldBack() throws IOException {
    try (CollectServer guarded = new ServerPlan().writeKeys("k").start();
        RawClient stranger = guarded.connect()) {
      Answer answer =
          stranger.ask(request("POST /collect", "Content-Length: 4", "Expect: 100-continue"));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.saysClose()).isTrue();
      assertThat(stranger.isClosedByServer()).isTrue();
    }
  }

  @Test
  void refusesAnExpectationThatItDoesNotKnow() throws IOException {
    Answer answer = client.ask(post("abc", "Expect: the-unexpected"));
    assertThat(answer.status()).isEqualTo(417);
    assertThat(server.bodies()).isEmpty();
  }

  /** RFC 9110, 10.1.1: HTTP/1.0 clients do not know what to do with a 100. */
  @Test
  void ignoresAnExpectationOfHttp10() throws IOException {
    Answer answer =
        client.ask("POST /collect HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void skipsEmptyLinesBetweenRequests() throws IOException {
    assertThat(client.ask(post("a") + "\r\n").status()).isEqualTo(200);
    assertThat(client.ask("\r\n\r\n" + post("b")).status()).isEqualTo(200);
    assertThat(server.bodies()).containsExactly("a", "b");
  }
}
