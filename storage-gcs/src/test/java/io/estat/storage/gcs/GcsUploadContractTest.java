package io.estat.storage.gcs;

import io.estat.storage.ObjectStore;
import io.estat.testkit.ObjectUploadContract;
import io.estat.testkit.gcs.GcsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of uploads against the protocol server in this JVM. */
class GcsUploadContractTest extends ObjectUploadContract {
  private final GcsServer server = new GcsServer();

  @BeforeEach
  void createBucket() {
    server.createBucket("bucket");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected ObjectStore open() {
    return GcsStores.at(server.url());
  }

  @Override
  protected boolean seesOpenUploads() {
    return false;
  }
}
