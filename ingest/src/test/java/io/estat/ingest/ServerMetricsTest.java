package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.jsonl.GzipEngine;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What /metrics shows. */
class ServerMetricsTest {
  private static final String COUNTERS =
      "http_requests_total http_requests_accepted_total http_requests_rejected_queue_full_total"
          + " http_requests_rejected_body_too_large_total s3_events_stored_total"
          + " s3_put_errors_total dlq_events_enqueued_total dlq_events_reuploaded_total"
          + " dlq_events_dropped_total dlq_files_expired_total"
          + " http_requests_rejected_bad_request_total http_requests_rejected_aborted_total"
          + " http_requests_rejected_unavailable_total http_requests_rejected_unauthorized_total"
          + " http_bad_requests_total events_accepted_total events_recovered_total"
          + " dlq_events_expired_total dlq_events_quarantined_total name_collisions_total";
  private static final String GAUGES =
      "dlq_files_current dlq_size_bytes events_in_memory events_in_dlq event_queue_depth"
          + " upload_queue_depth dlq_scan_complete";

  @TempDir Path folder;
  private final FaultyStore store = new FaultyStore(new MemoryStore());

  @Test
  void everyNameOfTheSpecificationIsThereFromTheFirstScrape() throws Exception {
    try (var site = new Site(store, folder)) {
      var answer = site.read("/metrics");
      assertThat(answer.headers().firstValue("content-type").orElse(""))
          .startsWith("text/plain; version=0.0.4");
      var metrics = new MetricsText(answer.body());
      for (String counter : COUNTERS.split(" ", -1)) {
        assertThat(metrics.of(counter)).as(counter).isZero();
        assertThat(metrics.types()).containsEntry(counter, "counter");
      }
      for (String gauge : GAUGES.split(" ", -1)) {
        assertThat(metrics.values()).containsKey(gauge);
        assertThat(metrics.types()).containsEntry(gauge, "gauge");
      }
      assertThat(metrics.types())
          .containsEntry("batch_encode_seconds", "histogram")
          .containsEntry("s3_put_seconds", "histogram")
          .containsKeys(
              "jvm_memory_used_bytes", "process_cpu_seconds_total", "jvm_gc_collection_seconds");
      assertThat(metrics.values().keySet())
          .anyMatch(
              name ->
                  name.startsWith("estat_build_info{")
                      && name.contains("gzip_engine=\"" + GzipEngine.best().name() + "\"")
                      && name.contains("version="));
      metrics.assertIdentities();
    }
  }

  @Test
  void countsWhatHappensWhereItHappens() throws Exception {
    try (var site = new Site(store, folder, "BATCH_SIZE", "5", "S3_APP_RETRIES", "1")) {
      await().until(() -> site.scrape().of("dlq_scan_complete") == 1);
      for (int i = 0; i < 7; i++) {
        assertThat(site.post("event " + i)).isEqualTo(200);
      }
      await().until(() -> site.scrape().of("s3_events_stored_total") == 5);
      MetricsText metrics = site.scrape();
      assertThat(metrics.of("http_requests_accepted_total")).isEqualTo(7);
      assertThat(metrics.of("events_accepted_total")).isEqualTo(7);
      assertThat(metrics.of("events_in_memory")).isEqualTo(2);
      assertThat(metrics.of("event_queue_depth")).isEqualTo(2);
      assertThat(metrics.of("upload_queue_depth")).isZero();
      assertThat(metrics.of("s3_put_seconds_count")).isEqualTo(1);
      assertThat(metrics.of("batch_encode_seconds_count")).isEqualTo(1);
      assertThat(metrics.of("s3_put_seconds_bucket{le=\"+Inf\"}")).isEqualTo(1);
      store.fail(Fault.UNAVAILABLE);
      for (int i = 7; i < 10; i++) {
        site.post("event " + i);
      }
      await().until(() -> site.scrape().of("events_in_dlq") == 5);
      metrics = site.scrape();
      assertThat(metrics.of("dlq_events_enqueued_total")).isEqualTo(5);
      assertThat(metrics.of("dlq_files_current")).isEqualTo(1);
      assertThat(metrics.of("dlq_size_bytes")).isPositive();
      assertThat(metrics.of("s3_put_errors_total")).isPositive();
      assertThat(site.post("x".repeat(20_000))).isEqualTo(413);
      assertThat(site.read("/collect").statusCode()).isEqualTo(400);
      store.well();
      await().until(() -> site.scrape().of("dlq_events_reuploaded_total") == 5);
      metrics = site.scrape();
      assertThat(metrics.of("dlq_files_current")).isZero();
      assertThat(metrics.of("http_requests_rejected_body_too_large_total")).isEqualTo(1);
      assertThat(metrics.of("http_requests_rejected_bad_request_total")).isEqualTo(1);
      assertThat(metrics.of("http_requests_total")).isEqualTo(12);
      metrics.assertIdentities();
    }
  }

  @Test
  void saysWhyPutsFail() throws Exception {
    try (var site = new Site(store, folder, "BATCH_SIZE", "1", "S3_APP_RETRIES", "1")) {
      assertThat(site.scrape().of("s3_put_errors_by_kind_total{kind=\"denied\"}")).isZero();
      store.fail(Fault.DENIED);
      site.post("event");
      await().until(() -> site.scrape().of("s3_put_errors_total") > 0);
      store.well();
      await().until(() -> site.scrape().of("events_in_dlq") == 0);
      MetricsText metrics = site.scrape();
      assertThat(metrics.types()).containsEntry("s3_put_errors_by_kind_total", "counter");
      assertThat(metrics.of("s3_put_errors_by_kind_total{kind=\"denied\"}"))
          .isEqualTo(metrics.of("s3_put_errors_total"));
      assertThat(metrics.of("s3_put_errors_by_kind_total{kind=\"unavailable\"}")).isZero();
    }
  }

  @Test
  void requestsThatFindNoRoomAreCountedAndLoggedOnce() throws Exception {
    store.fail(Fault.HANG);
    try (var logs = new LogCapture(DropWarning.class);
        var site =
            new Site(
                store,
                folder,
                "BATCH_SIZE",
                "2",
                "CHANNEL_SIZE",
                "0",
                "UPLOAD_QUEUE",
                "1",
                "DLQ_OVERFLOW",
                "backpressure",
                "DLQ_MAX_SIZE_BYTES",
                "1048576")) {
      int refused = 0;
      for (int i = 0; i < 40; i++) {
        refused += site.post("event " + i) == 503 ? 1 : 0;
      }
      assertThat(refused).isPositive();
      assertThat(site.scrape().of("http_requests_rejected_queue_full_total")).isEqualTo(refused);
      await().until(() -> !logs.lines().isEmpty());
      await().during(Duration.ofMillis(300)).until(() -> logs.lines().size() == 1);
      assertThat(logs.lines().getFirst()).startsWith("WARN queue full (drop)");
      store.well();
    }
  }
}
