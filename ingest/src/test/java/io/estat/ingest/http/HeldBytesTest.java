package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What requests that are not answered may cost the heap, however many clients are slow. */
class HeldBytesTest {
  @Test
  void refusesMoreThanAHundredHeaderFields() throws Exception {
    try (var server = CollectServer.start();
        var client = server.connect()) {
      String few = "A: b\r\n".repeat(RequestDecoder.MAX_HEADER_FIELDS - 2);
      client.send("POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" + few + "\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      client.send(
          "POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" + few + "A: b\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(431);
    }
  }

  @Test
  void givesUpUnfinishedRequestsOverAnEighthOfTheHeapAndServesTheOthers() throws Exception {
    long bound = Runtime.getRuntime().maxMemory() / 8;
    String head = "POST /collect HTTP/1.1\r\nHost: h\r\nA: " + "a".repeat(30_000);
    List<RawClient> slow = new ArrayList<>();
    try (var server = CollectServer.start()) {
      for (long sent = 0; sent < bound; sent += head.length()) {
        slow.add(server.connect().send(head));
      }
      var oneTooMany = server.connect().send(head);
      slow.add(oneTooMany);
      assertThat(oneTooMany.answer().status()).isEqualTo(503);
      try (var other = server.connect()) {
        assertThat(other.send(RawClient.post("x")).answer().status()).isEqualTo(200);
      }
      slow.removeFirst().close();
      // Its room is free as soon as the server has seen it go.
      await()
          .untilAsserted(
              () -> {
                try (var next = server.connect()) {
                  next.send(head);
                  next.send("\r\nContent-Length: 0\r\n\r\n");
                  assertThat(next.answer().status()).isEqualTo(200);
                }
              });
    } finally {
      for (RawClient client : slow) {
        client.close();
      }
    }
  }

  @Test
  void answersWhatWasAcceptedBeforeABrokenRest() throws Exception {
    try (var server = CollectServer.start();
        var client = server.connect()) {
      String good = RawClient.post("a");
      String broken =
          RawClient.request("POST /nowhere", "Transfer-Encoding: chunked") + "not a size\r\n";
      client.send(good + good + good + broken);
      for (int i = 0; i < 3; i++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(client.answer().status()).isEqualTo(404);
      assertThat(server.bodies()).hasSize(3);
    }
  }

  @Test
  void answersAFewPagesATurnAndNotThousands() throws Exception {
    try (var server = CollectServer.start();
        var client = server.connect()) {
      client.send(RawClient.request("GET /health").repeat(500));
      for (int i = 0; i < 16; i++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
