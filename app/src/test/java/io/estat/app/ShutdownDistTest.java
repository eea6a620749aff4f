package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.IngestProcess.Setup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the signal to the exit code, with a store that works. */
final class ShutdownDistTest {
  @TempDir Path folder;

  @Test
  void landsTheOpenBatchAndExitsWithZero() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "0s");
    try (IngestProcess server = setup.start()) {
      LoadClient.Answers answers = new LoadClient(server.port(), "/collect", 4, 5000, 2000).run();
      assertThat(answers.counts()).as("%s", answers.surprises()).containsOnlyKeys(200);
      assertThat(Landed.in(setup.store()).count()).as("still in memory").isZero();

      assertThat(server.stop()).as(server.out() + server.err()).isZero();
      Landed.in(setup.store()).assertExactly(answers.accepted());
      assertThat(server.out()).contains("accepted=2000 stored=2000");
      StopLine last = StopLine.in(server.out());
      last.assertIdentitiesHold();
      last.assertAgreesWith(answers);
    }
  }

  @Test
  void goesUnreadyThenClosesTheListenerThenFinishesWhatIsInFlight() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "8s");
    try (IngestProcess server = setup.start();
        Socket slow = halfSent(server, "id=1;begun before the signal")) {
      server.signal("TERM");
      await("unready").until(() -> server.answers("/ready", 503));
      HttpResponse<String> late = server.collect("id=2;while draining");
      assertThat(late.statusCode()).as("the listener is still open").isEqualTo(200);
      assertThat(late.headers().firstValue("connection")).hasValue("close");
      assertThat(server.get("/health").statusCode()).as("draining is not ill").isEqualTo(200);

      await("listener closed").pollInterval(Duration.ofMillis(20)).until(() -> !accepts(server));
      assertThat(server.isAlive()).as("waits for the request in flight").isTrue();
      slow.getOutputStream().write(SECOND_HALF);
      String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close");

      assertThat(server.awaitExit()).isZero();
      assertThat(Landed.linesIn(setup.store()))
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("begun before the signal!!!"))
          .anySatisfy(line -> assertThat(line).contains("while draining"));
    }
  }

  @Test
  void doesNotWaitLongerThanFiveSecondsForARequestThatNeverEnds() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "0s");
    try (IngestProcess server = setup.start();
        Socket endless = halfSent(server, "id=1;never whole")) {
      assertThat(server.collect("id=2;").statusCode()).isEqualTo(200);
      long start = System.nanoTime();
      assertThat(server.stop()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(40));
      assertThat(endless.isConnected()).isTrue();
      assertThat(Landed.linesIn(setup.store())).singleElement().asString().contains("id=2;");
    }
  }

  @Test
  void losesNothingWhenFurtherSignalsCome() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "5s");
    try (IngestProcess server = setup.start()) {
      LoadClient.Answers answers = new LoadClient(server.port(), "/collect", 2, 2000, 500).run();
      server.signal("INT");
      await("unready").until(() -> server.answers("/ready", 503));
      server.signal("TERM");
      server.signal("INT");
      server.signal("TERM");
      assertThat(server.awaitExit()).as(server.out() + server.err()).isZero();
      Landed.in(setup.store()).assertExactly(answers.accepted());
      assertThat(answers.accepted().cardinality()).isEqualTo(500);
    }
  }

  /**
   * While draining every answer closes its connection, so that clients and proxies open new ones up
   * to the last moment. Each is either refused, which they take as a reason to try another server,
   * or answered; a reset would be a 502 behind a proxy.
   */
  @Test
  void answersEveryConnectionThatItDidNotRefuse() throws Exception {
    Setup setup = new Setup(folder).with("DRAIN_DELAY", "500ms");
    try (IngestProcess server = setup.start()) {
      var clients = new ConnectingClients(server.port(), 16);
      await("traffic").until(() -> clients.answered() > 300);
      server.signal("TERM");
      assertThat(server.awaitExit()).isZero();
      clients.stop();
      assertThat(clients.surprises()).as("of %d answered", clients.answered()).isEmpty();
      assertThat(clients.refused()).isPositive();
      assertThat(Landed.linesIn(setup.store())).hasSize(clients.answered());
    }
  }

  private static final byte[] SECOND_HALF = "!!!".getBytes(StandardCharsets.US_ASCII);

  /** A connection on which all but the last three bytes of an event's body are sent. */
  private static Socket halfSent(IngestProcess server, String body) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(60_000);
    String head =
        "POST /collect HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + (body.length() + SECOND_HALF.length)
            + "\r\n\r\n";
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static boolean accepts(IngestProcess server) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }
}
