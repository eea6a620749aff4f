package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** A client that sends until the server reads no further, and only then reads its answers. */
final class LateReader {
  private static final int TURN = 200;

  private final CollectServer server;
  private final Socket socket;
  private final RawClient client;
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean enough;

  /**
   * @param socket of {@link #connect}
   * @param client speaks through it, or through TLS over it
   */
  LateReader(CollectServer server, Socket socket, RawClient client) {
    this.server = server;
    this.socket = socket;
    this.client = client;
  }

  /** Takes next to nothing that is not read. */
  static Socket connect(int port) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.setSendBufferSize(65_536);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  /**
   * Sends so many requests as it takes, and sees each answered with 200.
   *
   * @param request the nth
   * @return how many there were
   */
  int run(IntFunction<String> request) throws IOException {
    Thread sender = Thread.ofPlatform().start(() -> sendUntilEnough(request));
    awaitHeldUp(server);
    enough = true;
    socket.setReceiveBufferSize(1 << 20); // small windows are slow
    int answers = 0;
    Answer answer = client.answer();
    while (answer.status() == 200) {
      answers++;
      answer = client.answer();
    }
    assertThat(answer.status()).as("the last is another").isEqualTo(404);
    await().atMost(CollectServer.PATIENCE).until(() -> !sender.isAlive());
    assertThat(answers).isEqualTo(sent.get());
    assertThat(client.isUsable()).isTrue();
    await()
        .atMost(CollectServer.PATIENCE)
        .untilAsserted(() -> assertThat(server.http.heldBack().inAll()).isZero());
    return answers;
  }

  /** Until the server takes nothing more from a client that sends and does not read. */
  static void awaitHeldUp(CollectServer server) {
    var last = new AtomicLong();
    await()
        .pollInterval(Duration.ofMillis(400))
        .atMost(CollectServer.PATIENCE)
        .until(
            () -> {
              long requests = server.counts().requests();
              boolean waits = server.http.heldBack().inAll() > 0;
              return last.getAndSet(requests) == requests && waits;
            });
  }

  private void sendUntilEnough(IntFunction<String> request) {
    try {
      while (!enough) {
        var turn = new StringBuilder();
        for (int i = 0; i < TURN; i++) {
          turn.append(request.apply(sent.get() + i));
        }
        sent.addAndGet(TURN);
        client.send(turn.toString());
      }
      client.send(request("GET /nowhere"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
