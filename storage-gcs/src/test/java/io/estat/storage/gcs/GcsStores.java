package io.estat.storage.gcs;

import com.google.cloud.NoCredentials;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.time.Duration;

/** Stores for tests, without credentials. */
final class GcsStores {
  private GcsStores() {}

  static GcsStore at(String endpoint) {
    return at(endpoint, "bucket", Duration.ofSeconds(10));
  }

  static GcsStore at(String endpoint, String bucket, Duration timeout) {
    var settings = new StoreSettings(null, endpoint, timeout);
    return new GcsStore(
        bucket,
        timeout,
        () -> new GcsConnection(URI.create(endpoint), settings, NoCredentials.getInstance()));
  }
}
