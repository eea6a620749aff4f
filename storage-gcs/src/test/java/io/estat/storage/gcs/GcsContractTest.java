package io.estat.storage.gcs;

import io.estat.storage.ObjectStore;
import io.estat.testkit.ObjectStoreContract;
import io.estat.testkit.gcs.GcsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract against the protocol server in this JVM, objects in memory. */
class GcsContractTest extends ObjectStoreContract {
  private final GcsServer server = new GcsServer();
  private final GcsStore store = GcsStores.at(server.url());

  @BeforeEach
  void createBucket() {
    server.createBucket("bucket");
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }
}
