package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.upload.UploadConfig;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wired server: what only shows when all parts are there. */
class IngestServerTest {
  @TempDir Path folder;
  private final MemoryStore bucket = new MemoryStore();
  private final FaultyStore store = new FaultyStore(bucket);

  @Test
  void aLonelyEventLandsAfterFlushIntervalWithNoFurtherTraffic() throws Exception {
    try (var site = new Site(store, folder, "FLUSH_INTERVAL", "300ms")) {
      assertThat(site.post("lonely")).isEqualTo(200);
      await().until(() -> bucket.keys().size() == 1);
      assertThat(Landed.bodies(Landed.lines(bucket, "raw"))).containsExactly("lonely");
    }
  }

  @Test
  void theWarmUpMovesNothingOfTheUsers() throws Exception {
    try (var site = new Site(store, folder)) {
      await().until(() -> site.read("/ready").statusCode() == 200);
      MetricsText metrics = site.scrape();
      assertThat(metrics.of("http_requests_total")).isZero();
      assertThat(metrics.of("events_accepted_total")).isZero();
      assertThat(metrics.of("memory_budget_taken_bytes")).isZero();
      assertThat(bucket.keys()).isEmpty();
    }
  }

  @Test
  void stoppingLandsWhatIsOpen() throws Exception {
    try (var site = new Site(store, folder)) {
      site.post("open");
      assertThat(site.stop()).isZero();
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw"))).containsExactly("open");
  }

  @Test
  void stoppingSavesWhatTheStoreDoesNotTake() throws Exception {
    store.fail(Fault.UNAVAILABLE);
    try (var logs = new LogCapture(IngestServer.class);
        var site = new Site(store, folder)) {
      site.post("open");
      assertThat(site.stop()).isZero();
      assertThat(logs.lines()).anyMatch(line -> line.startsWith("WARN 1 events stay in DLQ_DIR="));
    }
    assertThat(Landed.bodies(Landed.lines(folder))).containsExactly("open");
    store.well();
    try (var _ = new Site(store, folder)) {
      await().until(() -> Landed.files(folder).isEmpty());
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw"))).containsExactly("open");
  }

  /** Events that a server takes which then does not start would be lost. */
  @Test
  void opensThePortForEventsLast() throws Exception {
    try (var events = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var admin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String[] settings = {
        "HTTP_ADDR", "127.0.0.1:" + events.getLocalPort(),
        "ADMIN_ADDR", "127.0.0.1:" + admin.getLocalPort()
      };
      assertThatThrownBy(() -> new Site(store, folder, settings).close())
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith(":" + admin.getLocalPort());
    }
    try (var site = new Site(store, folder, "ADMIN_ADDR", "127.0.0.1:0")) {
      assertThat(site.post("a")).isEqualTo(200);
      assertThat(site.server.adminPort()).isNotEqualTo(site.server.port());
      try (var connection = new KeptConnection(site.server.adminPort())) {
        assertThat(connection.get("/metrics").status()).isEqualTo(200);
      }
    }
  }

  /** The store that notes how long each put may take. */
  private ObjectStore timed(Collection<Duration> puts) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              if (arguments != null && arguments[0] instanceof ObjectPut put) {
                puts.add(put.timeout());
              }
              return method.invoke(store, arguments);
            });
  }

  private static IngestConfig withPutsOf(Duration timeout, IngestConfig config) {
    UploadConfig upload = config.upload();
    return new IngestConfig(
        config.instanceId(),
        config.storeUrl(),
        config.store(),
        config.http(),
        config.line(),
        config.batch(),
        new UploadConfig(
            upload.rawPrefix(),
            upload.quarantinePrefix(),
            timeout,
            upload.attempts(),
            upload.gzipLevel()),
        config.dlq(),
        config.journalFolder(),
        config.drainDelay(),
        config.shutdownTimeout(),
        config.log());
  }

  /** If it hung for longer, its batch would be lost with it although the disk is well. */
  @Test
  void aPutThatBeginsAfterTheSignalEndsBeforeTheProcess() throws Exception {
    // What the settings allow is too slow for a test: 5 s that begin 5 s after the signal, of 10.
    IngestConfig config =
        withPutsOf(
            Duration.ofSeconds(60),
            Site.config(
                folder,
                "BATCH_SIZE",
                "1",
                "DRAIN_DELAY",
                "900ms",
                "SHUTDOWN_TIMEOUT",
                "6s",
                "S3_TIMEOUT",
                "1s"));
    var puts = new LinkedBlockingQueue<Duration>();
    try (ExecutorService stopping = Executors.newSingleThreadExecutor();
        var site = new Site(timed(puts), config)) {
      await().until(() -> site.read("/ready").statusCode() == 200);
      Future<Long> stopped = stopping.submit(site::stop);
      await().until(() -> site.read("/ready").statusCode() == 503);
      assertThat(site.post("during the delay")).isEqualTo(200);
      assertThat(puts.poll(10, TimeUnit.SECONDS)).isLessThanOrEqualTo(Duration.ofSeconds(5));
      assertThat(stopped.get()).isZero();
    }
  }

  @Test
  void aFolderThatRefusesIsTheReasonNotToBeReadyUntilItIsMended() throws Exception {
    Path dlq = folder.resolve("dlq");
    try (var site =
        new Site(store, dlq, "BATCH_SIZE", "1", "S3_APP_RETRIES", "1", "S3_TIMEOUT", "300ms")) {
      await().until(() -> site.read("/ready").statusCode() == 200);
      store.fail(Fault.UNAVAILABLE);
      // A file in the folder's place: nothing can be saved, whoever runs this test.
      Path aside = folder.resolve("aside");
      Files.move(dlq, aside);
      Files.createFile(dlq);
      site.post("kept in memory");
      await().until(() -> site.read("/ready").statusCode() == 503);
      assertThat(site.read("/ready").body()).startsWith("refusing work: ").contains("dlq");
      assertThat(site.read("/health").statusCode()).isEqualTo(200);
      MetricsText metrics = site.scrape();
      assertThat(metrics.of("events_in_memory")).isEqualTo(1);
      assertThat(metrics.of("dlq_events_dropped_total")).isZero();
      Files.delete(dlq);
      Files.move(aside, dlq);
      await().until(() -> site.read("/ready").statusCode() == 200);
      await().until(() -> site.scrape().of("events_in_dlq") == 1);
      store.well();
      await().until(() -> bucket.keys().size() == 1);
    }
  }

  @Test
  void thereIsNoLogLineAnEvent() throws Exception {
    try (var logs = new LogCapture("io.estat.ingest");
        var site = new Site(store, folder, "BATCH_SIZE", "10", "S3_APP_RETRIES", "1")) {
      await().until(() -> site.read("/ready").statusCode() == 200);
      int before = logs.lines().size();
      for (int i = 0; i < 100; i++) {
        site.post("event");
      }
      await().until(() -> site.scrape().of("s3_events_stored_total") == 100);
      assertThat(logs.lines()).hasSize(before);
      store.fail(Fault.UNAVAILABLE);
      for (int i = 0; i < 100; i++) {
        site.post("event");
      }
      await().until(() -> site.scrape().of("dlq_events_enqueued_total") == 100);
      assertThat(logs.lines().subList(before, logs.lines().size()))
          .as("a line a class of failure, not a batch")
          .hasSizeBetween(1, 3)
          .allMatch(line -> line.startsWith("WARN"));
      store.well();
      await().until(() -> site.scrape().of("events_in_dlq") == 0);
      assertThat(logs.lines())
          .filteredOn(line -> line.startsWith("INFO DLQ → RAW success: raw/"))
          .hasSize(10)
          .allMatch(line -> line.endsWith(" events=10"));
    }
  }
}
