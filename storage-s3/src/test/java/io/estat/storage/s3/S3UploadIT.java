package io.estat.storage.s3;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import io.estat.testkit.MinioServer;
import io.estat.testkit.ObjectUploadContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of uploads against MinIO, or against the bucket that the environment variable {@code
 * S3_BUCKET} names, with the credentials and the region of the environment. Objects stay in the
 * bucket below {@code upload-contract/}.
 */
class S3UploadIT extends ObjectUploadContract {
  private static final @Nullable String BUCKET = System.getenv("S3_BUCKET");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static @Nullable MinioServer server;

  @BeforeAll
  static void startServer() throws Exception {
    if (BUCKET == null) {
      server = new MinioServer(folder);
      server.start();
      server.createBucket("bucket");
    }
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected ObjectStore open() {
    if (server == null) {
      var settings = new StoreSettings(null, System.getenv("S3_ENDPOINT"), TIMEOUT);
      return ObjectStores.open(URI.create("s3://" + BUCKET), settings);
    }
    return S3Stores.at(server.url(), MinioServer.USER, MinioServer.PASSWORD);
  }

  @Override
  protected Duration timeout() {
    return TIMEOUT;
  }

  /** 5 GiB: more than the heap, and than one put of S3 takes. */
  @Override
  protected long largeBytes() {
    return 5L << 30;
  }
}
