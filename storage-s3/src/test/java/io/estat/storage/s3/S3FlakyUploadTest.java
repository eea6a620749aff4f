package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.FlakyProxy;
import io.estat.testkit.FlakyProxy.Manner;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads over a network that resets connections in the middle of bodies and after answers. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class S3FlakyUploadTest {
  private static final int PART = 5 << 20;

  private final TransientNio2BlobStore objects = new TransientNio2BlobStore();
  private final S3Proxy server =
      S3Proxy.builder()
          .blobStore(objects)
          .endpoint(URI.create("http://127.0.0.1:0"))
          .awsAuthentication(AuthenticationType.AWS_V4, "user", S3Stores.SECRET)
          .build();
  private final AtomicInteger failures = new AtomicInteger();
  private FlakyProxy proxy;
  private S3Store store;
  private final UploadBudget budget = new UploadBudget(4L * PART);

  @BeforeEach
  void start() throws Exception {
    objects.createContainer("bucket");
    server.start();
    proxy = new FlakyProxy(server.getPort());
    store = S3Stores.at(proxy.url());
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    proxy.close();
    server.stop();
    objects.close();
  }

  /**
   * Every second connection loses answers; the others are broken off in the middle of a body.
   *
   * @param failuresBefore the network is well again
   * @param first connections before that of the upload's first call, whose answer is lost after one
   */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 0", "4, 0", "1, 1", "2, 1", "3, 1", "4, 1"})
  void storesEveryByteOnceAndLeavesNoOpenUpload(int failuresBefore, int first) throws Exception {
    for (int i = 0; i < first; i++) {
      new Socket(InetAddress.getLoopbackAddress(), URI.create(proxy.url()).getPort()).close();
    }
    while (proxy.connections() < first) {
      Thread.onSpinWait();
    }
    byte[] bytes = random(3 * PART + 99);
    UploadRetry retry =
        (failed, failure) -> {
          if (failures.incrementAndGet() >= failuresBefore) {
            proxy.behave(Manner.PASS);
          }
        };
    proxy.behave(Manner.RESET);
    try (ObjectUpload upload = store.upload(request(retry))) {
      upload.append(bytes, 0, bytes.length);
      upload.finishParts();
      failures.set(0);
      proxy.behave(Manner.RESET);
      assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
    proxy.behave(Manner.PASS);
    try (InputStream in = store.open("t/k")) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    assertThat(store.abortUploads("")).as("open uploads").isZero();
    assertThat(proxy.resets()).isPositive();
    assertThat(budget.takenBytes()).isZero();
  }

  /** A store that is away keeps nobody waiting at the abort; a later clean-up finds the rest. */
  @Test
  void endsTheAbortAlsoWhenTheStoreIsAway() throws Exception {
    try (ObjectUpload upload = store.upload(request(UploadRetry.NEVER))) {
      upload.append(random(PART), 0, PART);
      upload.finishParts();
      proxy.close();
    }
    assertThat(budget.takenBytes()).isZero();
    try (S3Store later = S3Stores.at("http://127.0.0.1:" + server.getPort())) {
      assertThat(later.list("", null)).isEmpty();
      assertThat(later.abortUploads("t/")).isEqualTo(1);
      assertThat(later.abortUploads("t/")).isZero();
    }
  }

  private ObjectUploadRequest request(UploadRetry retry) {
    return new ObjectUploadRequest(
        "t/k", "application/gzip", Map.of(), PART, budget, Duration.ofMinutes(1), retry);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
