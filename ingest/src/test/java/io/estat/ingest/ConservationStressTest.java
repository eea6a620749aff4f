package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import io.estat.testkit.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole servers under load from several threads, over a store that fails in every way. */
class ConservationStressTest {
  private static final int CLIENTS = 4;
  private static final int EVENTS_EACH = 500;
  private static final int BATCH = 40;
  private static final int ROOM = 60;

  @TempDir Path folder;
  private final MemoryStore bucket = new MemoryStore();
  private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();

  @ParameterizedTest
  @ValueSource(strings = {"memory", "disk"})
  void bothIdentitiesHoldAtEveryScrapeAndNothingIsLostOrDoubledOverThreeLives(String ack)
      throws Exception {
    Path dlq = folder.resolve("dlq");
    Path journal = Files.createDirectories(folder.resolve("journal"));
    long seed = Property.seed();
    for (int life = 0; life < 3; life++) {
      boolean last = life == 2;
      var store = new FaultyStore(bucket);
      store.roll(
          seed + life,
          0.5,
          Fault.LOST_REQUEST,
          Fault.LOST_ANSWER,
          Fault.UNAVAILABLE,
          Fault.DENIED,
          Fault.CONFLICT,
          Fault.TAKEN);
      try (var site =
          new Site(
              store,
              dlq,
              "ACK",
              ack,
              "JOURNAL_DIR",
              journal.toString(),
              "BATCH_SIZE",
              Integer.toString(BATCH),
              "CHANNEL_SIZE",
              Integer.toString(ROOM),
              "UPLOAD_QUEUE",
              "2",
              "FLUSH_INTERVAL",
              "100ms",
              "S3_TIMEOUT",
              "300ms",
              "S3_APP_RETRIES",
              "1",
              "SHUTDOWN_TIMEOUT",
              "60s")) {
        load(site, life);
        if (last) {
          store.well();
          await()
              .atMost(Duration.ofMinutes(2))
              .until(
                  () -> {
                    MetricsText metrics = site.scrape();
                    metrics.assertIdentities();
                    return metrics.of("events_in_memory") == 0
                        && Landed.files(dlq).isEmpty()
                        && AckDiskTest.journalFiles(folder).isEmpty();
                  });
        }
        assertThat(site.stop()).as("seed %d, ACK=%s", seed, ack).isZero();
        assertThat(site.server.ledger().cut().difference()).isZero();
      }
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw")).stream().sorted().toList())
        .as("seed %d, ACK=%s", seed, ack)
        .isEqualTo(accepted.stream().sorted().toList());
  }

  private void load(Site site, int life) throws Exception {
    var over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Integer> scrapes =
          threads.submit(
              () -> {
                int count = 0;
                try (var connection = new KeptConnection(site.server.port())) {
                  while (!over.get()) {
                    new MetricsText(connection.get("/metrics").body()).assertIdentities();
                    count++;
                  }
                }
                return count;
              });
      List<Callable<Integer>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        String label = life + "-" + client + "-";
        clients.add(() -> send(site, label));
      }
      try {
        int taken = 0;
        for (Future<Integer> client : threads.invokeAll(clients)) {
          taken += client.get();
        }
        assertThat(taken).as("fit in before the first is refused").isGreaterThanOrEqualTo(ROOM);
      } finally {
        over.set(true);
      }
      assertThat(scrapes.get()).isGreaterThan(5);
    }
  }

  private int send(Site site, String label) throws IOException {
    int taken = 0;
    try (var connection = new KeptConnection(site.server.port())) {
      for (int i = 0; i < EVENTS_EACH; i++) {
        if (i % 50 == 0) {
          assertThat(connection.post("x".repeat(20_000)).status()).isEqualTo(413);
          assertThat(connection.get("/collect").status()).isEqualTo(400);
        }
        String body = label + i;
        int status = connection.post(body).status();
        assertThat(status).isIn(200, 503);
        if (status == 200) {
          accepted.add(body);
          taken++;
        }
      }
    }
    return taken;
  }
}
