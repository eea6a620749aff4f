package io.estat.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between socket and batch an event of the usual kind costs next to no heap (I-11). */
class AllocationTest extends CollectFixture {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int TURNS = 2_000;
  private static final int REQUESTS_A_TURN = 10;
  private static final int MAX_BYTES_AN_EVENT = 64;

  private final String turn =
      RawClient.post(
              "id=1&" + "x".repeat(200),
              "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
              "Cookie: visitor=1",
              "Origin: https://shop.example.com")
          .repeat(REQUESTS_A_TURN);

  private Level level = Level.DISABLED;

  @Override
  ServerPlan plan() {
    ServerPlan plan = new ServerPlan().trustedProxies();
    plan.channelEvents = TURNS * REQUESTS_A_TURN;
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
    ask(TURNS / 10); // what is made once
    long before = allocatedByEventLoops();

    ask(TURNS);

    long bytes = allocatedByEventLoops() - before;
    assertThat(bytes / (TURNS * REQUESTS_A_TURN)).isLessThan(MAX_BYTES_AN_EVENT);
  }

  private void ask(int turns) throws IOException {
    for (int i = 0; i < turns; i++) {
      client.send(turn);
      for (int answer = 0; answer < REQUESTS_A_TURN; answer++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
    assertThat(server.lines()).hasSize(turns * REQUESTS_A_TURN);
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
