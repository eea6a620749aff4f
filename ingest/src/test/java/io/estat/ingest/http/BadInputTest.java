package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.estat.ingest.http.BadInput.Counted;
import io.estat.ingest.http.BadInput.End;
import io.estat.ingest.http.HttpCounters.Counts;
import io.estat.ingest.http.HttpCounters.Rejected;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input gets a clear answer, and nothing else suffers: while it is there, a well-behaved client
 * on another connection of the same event loop is served.
 */
class BadInputTest {
  private static final Duration PROMPT = Duration.ofSeconds(10);

  static List<BadInput> all() {
    return BadInputs.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void isAnsweredClearlyAndHarmsNobodyElse(BadInput bad) throws IOException {
    try (CollectServer server = bad.plan().start();
        RawClient good = server.connect();
        RawClient client = server.connect()) {
      serve(good, "good");
      try {
        bad.attack().run(client);
      } catch (SocketException e) {
        assertThat(bad.end()).as("answered while we sent").isEqualTo(End.CLOSED);
      }
      serve(good, "good");
      checkAnswer(bad, client);
      serve(good, "good");
      await()
          .atMost(CollectServer.PATIENCE)
          .untilAsserted(() -> assertThat(server.counts()).isEqualTo(expected(bad)));
      checkEvents(bad, server.events());
      assertThat(server.budget.bytesTaken()).as("bytes still held").isZero();
    }
  }

  private static void serve(RawClient good, String body) throws IOException {
    long start = System.nanoTime();
    assertThat(good.ask(post(body)).status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
  }

  private static void checkAnswer(BadInput bad, RawClient client) throws IOException {
    if (bad.end() == End.GONE) {
      return;
    }
    Answer answer = client.answer();
    assertThat(String.valueOf(answer.status())).isEqualTo(bad.status());
    if (answer.status() != 200) {
      assertThat(answer.text()).as("a reason").isNotBlank();
    }
    if (bad.end() == End.STAYS) {
      assertThat(client.isUsable()).isTrue();
    } else {
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  private static Counts expected(BadInput bad) {
    Map<Rejected, Long> rejected = new EnumMap<>(Rejected.class);
    switch (bad.counted()) {
      case BODY_TOO_LARGE -> rejected.put(Rejected.BODY_TOO_LARGE, 1L);
      case BAD_REQUEST -> rejected.put(Rejected.BAD_REQUEST, 1L);
      case ABORTED -> rejected.put(Rejected.ABORTED, 1L);
      case ACCEPTED, BAD_HEAD -> {}
    }
    boolean badHead = bad.counted() == Counted.BAD_HEAD;
    int accepted = bad.counted() == Counted.ACCEPTED ? 4 : 3;
    return new Counts(badHead ? 3 : 4, accepted, rejected, badHead ? 1 : 0);
  }

  private static void checkEvents(BadInput bad, List<EventJson> events) {
    List<String> bodies = new ArrayList<>(List.of("good", "good", "good"));
    if (bad.counted() == Counted.ACCEPTED) {
      bodies.add("bad");
    }
    assertThat(events).extracting(EventJson::body).containsExactlyInAnyOrderElementsOf(bodies);
    assertThat(events)
        .extracting(event -> event.text("ip"))
        .as("only the true address")
        .containsOnly("127.0.0.1");
  }

  /**
   * The last row of the table. Both ends are in this process and a machine may allow few open
   * files, so that these are some thousands, not ten: what a connection costs does not depend on
   * their number.
   */
  @Test
  void thousandsOfIdleConnectionsHarmNobodyAndAreClosed() throws IOException {
    var plan =
        new ServerPlan().timeouts(Duration.ofSeconds(4), PROMPT, PROMPT, Duration.ofMillis(100));
    List<SocketChannel> idle = new ArrayList<>();
    try (CollectServer server = plan.start();
        RawClient good = server.connect()) {
      serve(good, "good");
      int count = affordableConnections();
      assertThat(count).isPositive();
      int most = 0;
      for (int i = 0; i < count; i++) {
        idle.add(
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
        // On a slow machine the first are closed while the last come.
        if (i % 50 == 0) {
          serve(good, "good");
        }
        most = Math.max(most, server.http.openConnections());
      }
      assertThat(most).isGreaterThan(Math.min(count / 2, 1_000));
      await()
          .until(
              () -> {
                serve(good, "good");
                return server.http.openConnections() == 1;
              });
    } finally {
      for (SocketChannel channel : idle) {
        channel.close();
      }
    }
  }

  private static int affordableConnections() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
      return (int) Math.min(4_000, (free - 200) / 2);
    }
    return 1_000;
  }

  @Test
  void theTableInTheDocumentsIsTheOneThatIsTested() throws IOException {
    List<String> expected = new ArrayList<>(all().stream().map(BadInput::row).toList());
    expected.add("| 10,000 idle connections | none | closed after 65 s | not counted |");
    Path document = Path.of("..", "docs", "bad-input.md");
    List<String> rows =
        Files.readAllLines(document).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| Case |"))
            .toList();
    assertThat(rows)
        .as("docs/bad-input.md must have exactly these rows")
        .containsExactlyElementsOf(expected);
  }
}
