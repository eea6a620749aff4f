package io.estat.storage.gcs;

import io.estat.storage.ObjectStore;
import io.estat.testkit.FakeGcsServer;
import io.estat.testkit.ObjectStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract against fake-gcs-server. */
class GcsContractIT extends ObjectStoreContract {
  @TempDir static Path folder;
  private static FakeGcsServer server;
  private static int buckets;

  private GcsStore store;

  @BeforeAll
  static void startServer() throws Exception {
    server = new FakeGcsServer(folder);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    String bucket = "bucket-" + buckets++;
    server.createBucket(bucket);
    store = GcsStores.at(server.url(), bucket, Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }
}
