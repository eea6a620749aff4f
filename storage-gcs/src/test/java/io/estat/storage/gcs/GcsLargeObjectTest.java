package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.gcs.GcsServer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An object that is larger than the memory of the test and of BigQuery's limit. */
class GcsLargeObjectTest {
  private static final long BYTES = 5L * 1000 * 1000 * 1000;

  @Test
  void streamsFiveGigabytesWithinTheBudget() throws Exception {
    var budget = new UploadBudget(32 << 20);
    byte[] block = new byte[1 << 20];
    new Random(1).nextBytes(block);
    try (var server = new GcsServer();
        var store = GcsStores.at(server.url())) {
      server.createBucket("bucket");
      server.keepNoContent();
      var request =
          new ObjectUploadRequest(
              "large",
              "application/gzip",
              Map.of(),
              ObjectUploadRequest.DEFAULT_PART_BYTES,
              budget,
              Duration.ofSeconds(30),
              UploadRetry.NEVER);
      try (ObjectUpload upload = store.upload(request)) {
        while (upload.bytes() < BYTES) {
          int length = (int) Math.min(block.length, BYTES - upload.bytes());
          upload.append(block, 0, length);
        }
        assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
      }
      assertThat(server.object("bucket", "large").orElseThrow().content().length())
          .isEqualTo(BYTES);
    }
  }
}
