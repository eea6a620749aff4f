package io.estat.storage.s3;

import io.estat.storage.ObjectStore;
import io.estat.testkit.ObjectUploadContract;
import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/** The contract of uploads against a real S3 server in this JVM, objects in memory. */
class S3ProxyUploadTest extends ObjectUploadContract {
  private static final TransientNio2BlobStore OBJECTS = new TransientNio2BlobStore();
  private static final S3Proxy SERVER =
      S3Proxy.builder()
          .blobStore(OBJECTS)
          .endpoint(URI.create("http://127.0.0.1:0"))
          .awsAuthentication(AuthenticationType.AWS_V4, "user", S3Stores.SECRET)
          .build();

  @BeforeAll
  static void start() throws Exception {
    OBJECTS.createContainer("bucket");
    SERVER.start();
  }

  /** After a test the contract still looks for what it left, so before the next. */
  @BeforeEach
  void empty() {
    OBJECTS.clearContainer(ListObjectsV2Request.builder().bucket("bucket").build());
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
    OBJECTS.close();
  }

  @Override
  protected ObjectStore open() {
    return S3Stores.at("http://127.0.0.1:" + SERVER.getPort());
  }
}
