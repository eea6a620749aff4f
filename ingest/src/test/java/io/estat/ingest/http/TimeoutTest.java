package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.http.HttpCounters.Rejected;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is cut off, and who is not. The server looks twice a second. */
class TimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Long enough that a test that is held up sends in time, and waited for to its end. */
  private static final Duration IDLE = Duration.ofSeconds(3);

  private CollectServer server = serverWith(LONG, LONG, LONG, LONG);

  private static CollectServer serverWith(
      Duration idle, Duration request, Duration write, Duration linger) {
    try {
      return new ServerPlan().timeouts(idle, request, write, linger).start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private RawClient connectWith(Duration idle, Duration request, Duration write, Duration linger)
      throws IOException {
    server.close();
    server = serverWith(idle, request, write, linger);
    return server.connect();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Time in which the server looks at least twice. */
  private static void watchForAWhile() {
    long end = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void waitsJustLongerForAnIdleClientThanALoadBalancer() {
    assertThat(HttpConfig.Timeouts.DEFAULTS.idle()).isEqualTo(Duration.ofSeconds(65));
  }

  @Test
  void closesIdleConnectionsInSilence() throws IOException {
    try (RawClient fresh = connectWith(IDLE, LONG, LONG, LONG);
        RawClient used = server.connect()) {
      assertThat(used.ask(post("a")).status()).isEqualTo(200);
      assertThat(fresh.isClosedByServer()).isTrue();
      assertThat(used.isClosedByServer()).isTrue();
      assertThat(server.counts().requests()).isEqualTo(1);
    }
  }

  @Test
  void emptyLinesDoNotMakeAnIdleConnectionARequest() throws IOException {
    try (RawClient client = connectWith(LONG, SHORT, LONG, LONG)) {
      client.send("\r\n");
      watchForAWhile();
      assertThat(client.ask(post("a") + "\r\n").status()).isEqualTo(200);
      watchForAWhile();
      assertThat(client.ask(post("b")).status()).isEqualTo(200);
    }
  }

  @Test
  void keepsAnIdleConnectionThatIsStillInTime() throws IOException {
    try (RawClient client = connectWith(LONG, SHORT, SHORT, SHORT)) {
      assertThat(client.ask(post("a")).status()).isEqualTo(200);
      watchForAWhile();
      assertThat(client.ask(post("b")).status()).isEqualTo(200);
    }
  }

  @Test
  void cutsOffAHeadThatDoesNotComeToItsEnd() throws IOException {
    try (RawClient client = connectWith(LONG, SHORT, LONG, LONG)) {
      client.send("POST /collect HTTP/1.1\r\nHost: a\r\n");
      Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(server.counts().requests()).isZero();
      assertThat(server.counts().badRequests()).isEqualTo(1);
    }
  }

  @Test
  void cutsOffABodyThatDoesNotComeToItsEnd() throws IOException {
    try (RawClient client = connectWith(LONG, SHORT, LONG, LONG)) {
      client.send(request("POST /collect", "Content-Length: 10") + "abc");
      Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(server.counts().rejected()).containsEntry(Rejected.ABORTED, 1L).hasSize(1);
      assertThat(server.budget.bytesTaken()).isZero();
    }
  }

  @Test
  void cutsOffARequestThatWasPipelinedAndDoesNotComeToItsEnd() throws IOException {
    try (RawClient client = connectWith(LONG, SHORT, LONG, LONG)) {
      client.send(post("a") + "POST /col");
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(408);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void cutsOffAClientThatSendsByteByByte() throws IOException {
    try (RawClient client = connectWith(LONG, SHORT, LONG, LONG)) {
      long end = System.nanoTime() + CollectServer.PATIENCE.toNanos();
      client.send(request("POST /collect", "Content-Length: 10000"));
      boolean cut = false;
      while (!cut && System.nanoTime() < end) {
        client.send("x");
        cut = !client.isSilentFor(20);
      }
      assertThat(client.answer().status()).isEqualTo(408);
    } catch (SocketException e) {
      assertThat(server.counts().rejected()).as("cut while we sent").containsKey(Rejected.ABORTED);
    }
    assertThat(server.counts().rejected()).containsEntry(Rejected.ABORTED, 1L);
    assertThat(server.bodies()).isEmpty();
  }

  @Test
  void givesALongBodyMoreTime() throws IOException {
    server.close();
    var plan =
        new ServerPlan().maxBodyBytes(100_000).timeouts(LONG, Duration.ofMillis(10), LONG, LONG);
    server = plan.start();
    try (RawClient client = server.connect()) {
      client.send(request("POST /collect", "Content-Length: 40000")).send("x".repeat(39_999));
      watchForAWhile();
      assertThat(client.ask("x").status()).isEqualTo(200);
    }
  }

  /** Sends without end and reads nothing, until it is cut off. */
  private static Thread deafClient(Socket socket, int port) throws IOException {
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    var client = new RawClient(socket);
    byte[] requests = request("GET /collect.gif?a").repeat(500).getBytes(StandardCharsets.US_ASCII);
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  client.send(requests);
                }
              } catch (IOException e) {
                // cut off, as it should be
              }
            });
  }

  @Test
  void cutsOffAClientThatDoesNotReadItsAnswers() throws IOException {
    server.close();
    server = serverWith(LONG, LONG, SHORT, LONG);
    try (var socket = new Socket()) {
      Thread client = deafClient(socket, server.port());
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.openConnections() == 0);
      await().atMost(CollectServer.PATIENCE).until(() -> !client.isAlive());
    }
  }

  @Test
  void readsNothingMoreFromAClientThatDoesNotReadItsAnswers() throws IOException {
    try (var socket = new Socket()) {
      Thread client = deafClient(socket, server.port());
      var last = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(400))
          .atMost(CollectServer.PATIENCE)
          .until(() -> server.counts().requests() == last.getAndSet(server.counts().requests()));
      assertThat(last).hasPositiveValue();
      assertThat(client.isAlive()).as("it is held up").isTrue();
      assertThat(server.http.openConnections()).isEqualTo(1);
    }
  }

  /** Answers are larger than their requests: they must not pile up. */
  @Test
  void closesOnAClientThatAsksForPagesAndDoesNotReadThem() throws IOException {
    server.close();
    server = serverWith(LONG, LONG, SHORT, SHORT);
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      var client = new RawClient(socket);
      client.send(request("GET /metrics").repeat(1_000));
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.openConnections() == 0);
    }
  }

  @Test
  void closesAtLastOnAClientThatDoesNotTakeTheClose() throws IOException {
    try (RawClient client = connectWith(LONG, LONG, LONG, SHORT)) {
      assertThat(client.ask(post("a", "Connection: close")).status()).isEqualTo(200);
      assertThat(client.isClosedByServer()).as("our side is ended").isTrue();
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.openConnections() == 0);
    }
  }

  /** The peer has vanished without a word, or says nothing: both look the same from here. */
  @Test
  void forgetsHalfOpenConnections() throws IOException {
    try (RawClient silent = connectWith(IDLE, SHORT, LONG, SHORT);
        RawClient within = server.connect()) {
      within.send(request("POST /collect", "Content-Length: 5") + "ab");
      assertThat(silent.isClosedByServer()).isTrue();
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.openConnections() == 0);
      assertThat(within.answer().status()).isEqualTo(408);
    }
  }

  @Test
  void closesOnAClientThatEndsItsOutputWithinARequest() throws IOException {
    try (RawClient client = connectWith(LONG, LONG, LONG, LONG)) {
      client.send(request("POST /collect", "Content-Length: 5") + "ab").endOutput();
      assertThat(client.isClosedByServer()).isTrue();
      await()
          .atMost(CollectServer.PATIENCE)
          .until(() -> server.counts().rejected().containsKey(Rejected.ABORTED));
    }
  }
}
