package io.estat.storage.s3;

import io.estat.storage.ObjectStore;
import io.estat.testkit.ObjectStoreContract;
import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract against a real S3 server in this JVM, signatures checked, objects in memory. */
class S3ProxyContractTest extends ObjectStoreContract {
  private final TransientNio2BlobStore objects = new TransientNio2BlobStore();
  private final S3Proxy server =
      S3Proxy.builder()
          .blobStore(objects)
          .endpoint(URI.create("http://127.0.0.1:0"))
          .awsAuthentication(AuthenticationType.AWS_V4, "user", S3Stores.SECRET)
          .build();
  private ObjectStore store;

  @BeforeEach
  void start() throws Exception {
    objects.createContainer("bucket");
    server.start();
    store = S3Stores.at("http://127.0.0.1:" + server.getPort());
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    server.stop();
    objects.close();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }
}
