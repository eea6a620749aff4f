package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between socket and batch an event of the usual kind costs next to no heap (I-11). */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int TURNS = 2_000;
  private static final int REQUESTS_A_TURN = 10;
  private static final int CLIENTS = 50;
  private static final int MAX_BYTES_AN_EVENT = 64;

  private static final String REQUEST =
      RawClient.post(
          "id=1&" + "x".repeat(200),
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
          "Cookie: visitor=1",
          "Origin: https://shop.example.com");

  private Level level = Level.DISABLED;

  private static ServerPlan plan() {
    ServerPlan plan = new ServerPlan().trustedProxies();
    plan.channelEvents = 2 * TURNS * REQUESTS_A_TURN;
    return plan;
  }

  /** The tests' search for leaks makes objects of its own; the shipped server has none. */
  @BeforeEach
  void lookForNoLeaks() {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(Level.DISABLED);
  }

  @AfterEach
  void lookForLeaksAgain() {
    ResourceLeakDetector.setLevel(level);
  }

  @Test
  void anEventCostsNextToNoHeap() throws IOException {
    try (CollectServer server = plan().start();
        RawClient client = server.connect()) {
      askInOneWrite(client, TURNS / 10); // what is made once
      long before = allocatedByEventLoops();

      askInOneWrite(client, TURNS);

      long bytes = allocatedByEventLoops() - before;
      assertThat(server.lines()).hasSize((TURNS + TURNS / 10) * REQUESTS_A_TURN);
      assertThat(bytes / (TURNS * REQUESTS_A_TURN)).isLessThan(MAX_BYTES_AN_EVENT);
    }
  }

  private static void askInOneWrite(RawClient client, int turns) throws IOException {
    for (int i = 0; i < turns; i++) {
      client.send(REQUEST.repeat(REQUESTS_A_TURN));
      for (int answer = 0; answer < REQUESTS_A_TURN; answer++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }

  /** Nor if its answer leaves with those of many other connections. */
  @Test
  void anAnswerThatWaitsForTheDiskCostsNextToNoHeap() throws IOException {
    try (CollectServer server = plan().ackDisk().start()) {
      server.letTheDiskTakeAll();
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(server.connect());
      }
      int turns = TURNS * REQUESTS_A_TURN / CLIENTS;
      askByAll(clients, turns / 10);
      long before = allocatedByEventLoops();

      askByAll(clients, turns);

      long bytes = allocatedByEventLoops() - before;
      assertThat(bytes / ((long) turns * CLIENTS)).isLessThan(MAX_BYTES_AN_EVENT);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static void askByAll(List<RawClient> clients, int turns) throws IOException {
    for (int i = 0; i < turns; i++) {
      for (RawClient client : clients) {
        client.send(REQUEST);
      }
      for (RawClient client : clients) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }

  private static long allocatedByEventLoops() {
    long bytes = 0;
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().startsWith("http-")) {
        bytes += THREADS.getThreadAllocatedBytes(id);
      }
    }
    return bytes;
  }
}
