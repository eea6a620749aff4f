package io.estat.app;

import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A bucket on a MinIO of its own, and the way to look into it past whatever stands before it. */
final class MinioBucket implements AutoCloseable {
  static final String NAME = "events";

  private final MinioServer minio;

  MinioBucket(Path folder) throws IOException {
    minio = new MinioServer(folder);
    minio.createBucket(NAME);
    minio.start();
    // The test's own store finds its credentials here; the server under test gets its environment.
    System.setProperty("aws.accessKeyId", MinioServer.USER);
    System.setProperty("aws.secretAccessKey", MinioServer.PASSWORD);
  }

  MinioServer minio() {
    return minio;
  }

  int port() {
    return URI.create(minio.url()).getPort();
  }

  ObjectStore store() {
    return ObjectStores.open(URI.create("s3://" + NAME), settings());
  }

  Landed landed() throws IOException {
    return Landed.in(URI.create("s3://" + NAME), settings());
  }

  private StoreSettings settings() {
    return new StoreSettings("us-east-1", minio.url(), Duration.ofSeconds(30));
  }

  @Override
  public void close() {
    minio.close();
  }
}
