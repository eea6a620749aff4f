package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.Distribution.Outcome;
import io.estat.app.IngestProcess.Setup;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectStore;
import io.estat.testkit.FlakyProxy;
import io.estat.testkit.MinioServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real launcher against MinIO: what lands, and what goes over the wire. */
final class MinioIT {
  @TempDir Path folder;
  private MinioBucket bucket;

  @BeforeEach
  void startMinio() throws Exception {
    bucket = new MinioBucket(folder.resolve("minio"));
  }

  @AfterEach
  void stopMinio() {
    bucket.close();
  }

  @Test
  void landsAnEventInTheBucketWithinFiveSecondsAndCatPrintsIt() throws Exception {
    Setup setup =
        new Setup(folder)
            .s3(bucket.minio().url(), MinioBucket.NAME)
            .with("AWS_REGION", "us-east-1")
            .without("HTTP_ADDR")
            .command("demo", "--port", "0");
    try (IngestProcess demo = setup.start()) {
      assertThat(demo.collect("id=7;from curl").statusCode()).isEqualTo(200);
      // Two seconds of it are the demo's interval; a machine five times as slow may take this.
      await("landed").atMost(Duration.ofSeconds(20)).until(() -> bucket.landed().count() == 1);
      assertThat(demo.out()).contains("estat cat s3://events");
      assertThat(demo.stop()).isZero();
    }
    Map<String, String> environment =
        Map.of(
            "S3_ENDPOINT", bucket.minio().url(),
            "AWS_ACCESS_KEY_ID", MinioServer.USER,
            "AWS_SECRET_ACCESS_KEY", MinioServer.PASSWORD);
    Outcome cat = Distribution.built().estat(environment, "cat", "s3://events/raw");
    assertThat(cat.exitCode()).as(cat.err()).isZero();
    assertThat(cat.out().lines()).singleElement().asString().contains("id=7;from curl");
  }

  @Test
  void putsPlainConditionalObjectsWithChecksumAndMetadata() throws Exception {
    try (FlakyProxy wire = new FlakyProxy(bucket.port());
        IngestProcess server =
            new Setup(folder).s3(wire.url(), MinioBucket.NAME).with("DRAIN_DELAY", "0s").start()) {
      LoadClient.Answers answers = new LoadClient(server.port(), "/collect", 4, 5000, 12_000).run();
      assertThat(server.stop()).as(server.out() + server.err()).isZero();
      Landed landed = bucket.landed();
      landed.assertExactly(answers.accepted());
      assertThat(landed.objects()).hasSize(3);

      List<String> heads =
          wire.heads().stream().map(head -> head.toLowerCase(Locale.ROOT)).toList();
      assertThat(heads)
          .hasSize(3)
          .allSatisfy(
              head ->
                  assertThat(head)
                      .startsWith("put /events/raw/dt%3d")
                      .containsPattern("\r\nx-amz-checksum-crc32: \\S{8}(\r\n|$)")
                      .containsPattern("\r\nif-none-match: \\*(\r\n|$)")
                      .containsPattern("\r\ncontent-type: application/gzip(\r\n|$)")
                      .containsPattern("\r\ncontent-length: \\d+(\r\n|$)")
                      .containsPattern("\r\nx-amz-meta-batch-id: \\S+(\r\n|$)")
                      .doesNotContain("aws-chunked")
                      .doesNotContain("content-encoding")
                      .doesNotContain("transfer-encoding"));
      assertMetadata(landed.objects());
    }
  }

  private void assertMetadata(List<String> keys) throws Exception {
    long events = 0;
    try (ObjectStore store = bucket.store()) {
      for (String key : keys) {
        assertThat(key)
            .matches(
                "raw/dt=\\d{4}-\\d\\d-\\d\\d/hr=\\d\\d/\\d{10}_[a-zA-Z0-9-]+_\\d+\\.jsonl\\.gz");
        ObjectInfo object = store.head(key, Duration.ofSeconds(10)).orElseThrow();
        assertThat(object.contentType()).isEqualTo("application/gzip");
        Map<String, String> metadata = object.metadata();
        assertThat(metadata)
            .containsKeys("batch-id", "events", "raw-bytes", "raw-crc32", "first-ts", "last-ts");
        assertThat(key).contains(metadata.get("batch-id"));
        assertThat(metadata.get("raw-crc32")).matches("[0-9a-f]{8}");
        assertThat(Long.parseLong(metadata.get("first-ts")))
            .isLessThanOrEqualTo(Long.parseLong(metadata.get("last-ts")));
        events += Long.parseLong(metadata.get("events"));
      }
    }
    assertThat(events).isEqualTo(12_000);
  }

  @Test
  void losesAndDoublesNothingWhenMinioIsKilledHungAndRestartedInTraffic() throws Exception {
    Setup setup =
        new Setup(folder)
            .s3(bucket.minio().url(), MinioBucket.NAME)
            .with("BATCH_SIZE", "200")
            .with("DRAIN_DELAY", "0s");
    try (IngestProcess server = setup.start()) {
      Background load =
          Background.load(new LoadClient(server.port(), "/collect", 8, 1000, 120_000));
      await("traffic lands").until(() -> server.metrics().of("s3_events_stored_total") > 1000);
      bucket.minio().kill();
      await("batches on disk").until(() -> server.metrics().of("dlq_events_enqueued_total") > 2000);
      bucket.minio().start();
      await("drained").atMost(Duration.ofSeconds(90)).until(() -> isDrained(server));
      long enqueued = server.metrics().of("dlq_events_enqueued_total");
      bucket.minio().hang();
      await("batches on disk again")
          .atMost(Duration.ofSeconds(90))
          .until(() -> server.metrics().of("dlq_events_enqueued_total") > enqueued + 1000);
      bucket.minio().goOn();
      LoadClient.Answers answers = load.stop();
      assertThat(answers.counts()).as("%s", answers.surprises()).containsOnlyKeys(200);
      await("drained").atMost(Duration.ofSeconds(90)).until(() -> isDrained(server));
      assertThat(server.stop()).isZero();
      bucket.landed().assertExactly(answers.accepted());
    }
  }

  private static boolean isDrained(IngestProcess server) throws Exception {
    Metrics metrics = server.metrics();
    metrics.assertIdentitiesHold();
    return metrics.of("events_in_dlq") == 0 && metrics.of("upload_queue_depth") == 0;
  }
}
