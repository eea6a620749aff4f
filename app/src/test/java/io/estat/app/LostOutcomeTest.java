package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Time;
import io.estat.ingest.dlq.Destination.Delivery;
import io.estat.ingest.dlq.Destination.Target;
import io.estat.ingest.upload.ObjectSender;
import io.estat.ingest.upload.UploadConfig;
import io.estat.ingest.upload.UploadMetrics;
import io.estat.storage.ByteContent;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import io.estat.testkit.EarlyAnsweringServer;
import io.estat.testkit.EarlyAnsweringServer.Manner;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The sender over the real S3 store, against servers that answer before they have read the body, or
 * not at all: whatever was seen of a put, a repetition makes no second object and no second name.
 */
final class LostOutcomeTest {
  private static final BatchName NAME = BatchName.of(1_700_000_000, "web-0a1b2c3d4e5f", 1);
  private static final BatchSummary SUMMARY =
      new BatchSummary(7, 700, 1, 1_700_000_000, 1_700_000_009);

  @BeforeAll
  static void credentials() {
    System.setProperty("aws.accessKeyId", "user");
    System.setProperty("aws.secretAccessKey", "only-for-this-test");
  }

  @AfterAll
  static void noCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  @ParameterizedTest
  @EnumSource(Manner.class)
  void aBatchIsOneObjectWhateverWasSeenOfItsPuts(Manner manner) {
    byte[] bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    var content = new ByteContent(bytes);
    var metrics = new UploadMetrics();
    try (var server = new EarlyAnsweringServer(manner);
        ObjectStore store = open(server.url())) {
      var config = new UploadConfig("raw", "raw_dlq", Duration.ofSeconds(2), 1, 1);
      var sender = new ObjectSender(store, config, metrics, Time.system());
      String key = NAME.key("raw");
      Delivery first = sender.deliver(Target.RAW, NAME, content, SUMMARY);
      if (first instanceof Delivery.Stored stored) {
        assertThat(stored.key()).isEqualTo(key);
        assertThat(server.holds(path(key))).isTrue();
      }
      server.behave(Manner.ANSWERS);
      assertThat(sender.deliver(Target.RAW, NAME, content, SUMMARY))
          .isEqualTo(new Delivery.Stored(key));
      assertThat(server.holds(path(key))).isTrue();
      int puts = server.puts();
      server.behave(manner);
      Delivery again = sender.deliver(Target.RAW, NAME, content, SUMMARY);
      assertThat(again)
          .satisfiesAnyOf(
              delivery -> assertThat(delivery).isEqualTo(new Delivery.Stored(key)),
              delivery -> assertThat(delivery).isInstanceOf(Delivery.StoreFailed.class));
      assertThat(server.puts()).as("what is there is found, not put again").isEqualTo(puts);
      assertThat(server.holds(path(NAME.afterCollision().key("raw")))).isFalse();
      assertThat(metrics.nameCollisions()).isZero();
    }
  }

  /** As it stands in a request line. */
  private static String path(String key) {
    return "/bucket/" + key.replace("=", "%3D");
  }

  private static ObjectStore open(String endpoint) {
    var settings = new StoreSettings("us-east-1", endpoint, Duration.ofSeconds(2));
    return ObjectStores.open(URI.create("s3://bucket"), settings);
  }
}
