package io.estat.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreSettings;
import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A bucket of its own for each start of a server.
 *
 * @param minio runs
 */
record Bucket(MinioServer minio, String name) {
  private static final byte[] BODY = "\"body\":\"id=".getBytes(US_ASCII);

  static Bucket create(MinioServer minio, String name) throws IOException {
    minio.createBucket(name);
    return new Bucket(minio, name);
  }

  /** What a server needs to know. */
  Map<String, String> environment() {
    return environment(minio.url());
  }

  /** The same for a server that reaches the store by another address. */
  Map<String, String> environment(String endpoint) {
    return Map.of(
        "STORE_URL",
        "s3://" + name,
        "S3_ENDPOINT",
        endpoint,
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        MinioServer.USER,
        "AWS_SECRET_ACCESS_KEY",
        MinioServer.PASSWORD);
  }

  /** Reads every object as any reader of the bucket would, and keeps the ids of its lines. */
  Landed landed() throws IOException {
    Landed landed = new Landed();
    StoreSettings settings = new StoreSettings("us-east-1", minio.url(), Duration.ofSeconds(30));
    try (ObjectStore store = ObjectStores.open(URI.create("s3://" + name), settings)) {
      List<ObjectInfo> page = store.list("", null);
      while (!page.isEmpty()) {
        for (ObjectInfo object : page) {
          try (InputStream lines = new GZIPInputStream(store.open(object.key()), 1 << 16)) {
            lines(lines, landed);
          }
        }
        page = store.list("", page.getLast().key());
      }
    }
    return landed;
  }

  /**
   * Byte by byte, because there are millions: each line must hold one body that begins with an id.
   */
  static void lines(InputStream in, Landed landed) throws IOException {
    byte[] chunk = new byte[1 << 16];
    int matched = 0;
    int digits = 0;
    int id = 0;
    int found = -1;
    for (int length; (length = in.read(chunk)) > 0; ) {
      for (int i = 0; i < length; i++) {
        byte b = chunk[i];
        if (b == '\n') {
          landed.line(found);
          found = -1;
          matched = 0;
          digits = 0;
        } else if (matched < BODY.length) {
          matched = b == BODY[matched] ? matched + 1 : b == BODY[0] ? 1 : 0;
          id = 0;
        } else if (digits < RequestTemplate.ID_DIGITS) {
          id = id * 10 + (b - '0');
          digits++;
          found = digits == RequestTemplate.ID_DIGITS ? id : -1;
        }
      }
    }
  }
}
