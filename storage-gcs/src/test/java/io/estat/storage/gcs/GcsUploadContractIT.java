package io.estat.storage.gcs;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import io.estat.testkit.FakeGcsServer;
import io.estat.testkit.ObjectUploadContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of uploads against fake-gcs-server, or against the bucket that {@code GCS_BUCKET}
 * names, with the credentials of the environment; there it leaves objects below {@code
 * upload-contract/}.
 */
class GcsUploadContractIT extends ObjectUploadContract {
  private static final @Nullable String BUCKET = System.getenv("GCS_BUCKET");

  @TempDir static Path folder;
  private static @Nullable FakeGcsServer server;

  @BeforeAll
  static void startServer() throws Exception {
    if (BUCKET == null) {
      server = new FakeGcsServer(folder);
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
    @Nullable String endpoint = server == null ? null : server.url();
    String bucket = BUCKET == null ? "bucket" : BUCKET;
    return ObjectStores.open(
        URI.create("gs://" + bucket), new StoreSettings(null, endpoint, Duration.ofSeconds(30)));
  }

  @Override
  protected boolean seesOpenUploads() {
    return false;
  }

  /** fake-gcs-server takes any checksum. */
  @Override
  protected boolean verifiesChecksums() {
    return BUCKET != null;
  }
}
