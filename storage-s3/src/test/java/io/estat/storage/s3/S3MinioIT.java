package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.StoreSettings;
import io.estat.testkit.MinioServer;
import io.estat.testkit.ObjectStoreContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The contract against MinIO, and what the store says while MinIO hangs or is dead. */
class S3MinioIT extends ObjectStoreContract {
  @TempDir static Path folder;
  private static MinioServer server;
  private static int buckets;

  private String bucket;
  private S3Store store;

  @BeforeAll
  static void startServer() throws Exception {
    server = new MinioServer(folder);
    server.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    bucket = "bucket-" + buckets++;
    server.createBucket(bucket);
    store = open(bucket, MinioServer.PASSWORD);
  }

  private static S3Store open(String bucket, String password) {
    var settings = new StoreSettings(null, server.url(), Duration.ofSeconds(20));
    var credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(MinioServer.USER, password));
    return new S3Store(
        bucket,
        settings.timeout(),
        () -> new S3Connection(URI.create(server.url()), settings, credentials));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Test
  void answersALargePutOfATakenKeyWithExistsEachTime() throws Exception {
    var large = new ByteContent(new byte[3_000_000]);
    store.put(put("k", large));
    for (int i = 0; i < 20; i++) {
      assertThat(store.put(put("k", large))).isEqualTo(PutOutcome.EXISTS);
    }
  }

  @Test
  void doesNotKnowWhatAHungServerDoesAndGoesOnWhenItDoes() throws Exception {
    store.put(put("before", content("x")));
    server.hang();
    try {
      assertThat(kind(3_000_000)).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(kind(10)).isEqualTo(Kind.UNKNOWN_OUTCOME);
    } finally {
      server.goOn();
    }
    assertThat(store.put(put("after", content("y")))).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void worksAgainAfterTheServerWasKilledAndStarted() throws Exception {
    store.put(put("before", content("x")));
    server.kill();
    assertThat(kind(10)).isEqualTo(Kind.UNKNOWN_OUTCOME);
    server.start();
    assertThat(store.put(put("after", content("y")))).isEqualTo(PutOutcome.STORED);
    assertThat(keys("", null)).containsExactly("after", "before");
  }

  @Test
  void saysThatTheBucketIsMissing() {
    try (S3Store missing = open("no-such-bucket", MinioServer.PASSWORD)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> missing.put(put("k", content("x"))))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_BUCKET));
    }
  }

  @Test
  void saysThatAccessIsDenied() {
    try (S3Store denied = open(bucket, "wrong")) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> denied.put(put("k", content("x"))))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
  }

  private Kind kind(int bytes) {
    var put =
        new ObjectPut(
            "hung-" + bytes,
            new ByteContent(new byte[bytes]),
            "application/gzip",
            Map.of(),
            true,
            Duration.ofMillis(500));
    try {
      PutOutcome outcome = store.put(put);
      throw new AssertionError("the put ended with " + outcome);
    } catch (StoreException e) {
      return e.kind();
    }
  }
}
