package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who pipelines and does not read the answers is read no further. */
class DeafClientTest {
  /** What Netty reads at once behind the part of a head, and answers that leave in one write. */
  private static final long MAX_HELD_BYTES = 2 * 65_536 + 64 * 500;

  private static final Duration QUIET = Duration.ofMillis(500);

  private CollectServer server = server();

  private static CollectServer server() {
    var plan = new ServerPlan();
    plan.channelEvents = 200_000;
    try {
      return plan.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void losesNothing(IntFunction<String> request) throws IOException {
    try (var socket = LateReader.connect(server.port())) {
      int sent = new LateReader(server, socket, new RawClient(socket)).run(request);
      List<String> expected = IntStream.range(0, sent).mapToObj(i -> "event=" + i).toList();
      assertThat(server.bodies()).isEqualTo(expected);
    }
  }

  @Test
  void losesNothingThatALateReaderPipelinedAsUsualPosts() throws IOException {
    losesNothing(i -> post("event=" + i));
  }

  @Test
  void losesNothingThatALateReaderPipelinedForTheDecoder() throws IOException {
    losesNothing(i -> request("GET /collect.gif?event=" + i));
  }

  @Test
  void losesNothingThatALateReaderPipelinedInBothWays() throws IOException {
    losesNothing(
        i ->
            i % 3 == 0
                ? post("event=" + i, "X-Any:\ta tab is left to the decoder")
                : post("event=" + i));
  }

  @Test
  void holdsLittleForADeafClientAndNothingOnceItHasGone() throws Exception {
    try (Socket socket = LateReader.connect(server.port())) {
      byte[] requests = post("").repeat(500).getBytes(StandardCharsets.US_ASCII);
      var client = new RawClient(socket);
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  while (true) {
                    client.send(requests);
                  }
                } catch (IOException e) {
                  // the end of the test
                }
              });
      LateReader.awaitHeldUp(server);
      assertThat(server.http.heldBack().inAll()).isLessThan(MAX_HELD_BYTES);
      assertThat(server.http.openConnections()).isEqualTo(1);
      long asked = System.nanoTime();
      server.http.awaitQuiet(QUIET);
      assertThat(Duration.ofNanos(System.nanoTime() - asked))
          .as("an end would wait for it to take its answers")
          .isGreaterThanOrEqualTo(QUIET);
    }
    await()
        .atMost(CollectServer.PATIENCE)
        .untilAsserted(() -> assertThat(server.http.heldBack().inAll()).isZero());
  }

  @Test
  void whoOnlyBeginsFindsRoomWhileOthersHaveTakenAllForWhatTheyDoNotRead() throws IOException {
    while (server.http.heldBack().tryHold(1024)) {
      // as deaf clients would
    }
    String request = post("whole");
    try (RawClient client = server.connect()) {
      client.send(request.substring(0, 20));
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.heldHeads().inAll() > 0);
      client.send(request.substring(20));
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(server.bodies()).containsExactly("whole");
  }
}
