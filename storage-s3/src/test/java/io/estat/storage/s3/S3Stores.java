package io.estat.storage.s3;

import io.estat.storage.StoreSettings;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Stores for tests, with credentials of the test's instead of the environment's. */
final class S3Stores {
  static final String SECRET = "the-secret-of-the-test";

  private S3Stores() {}

  static S3Store at(String endpoint) {
    return at(endpoint, "user", SECRET);
  }

  static S3Store at(String endpoint, String user, String password) {
    return at(
        endpoint, StaticCredentialsProvider.create(AwsBasicCredentials.create(user, password)));
  }

  static S3Store at(String endpoint, AwsCredentialsProvider credentials) {
    var settings = new StoreSettings(null, endpoint, Duration.ofSeconds(10));
    return new S3Store(
        "bucket",
        settings.timeout(),
        () -> new S3Connection(URI.create(endpoint), settings, credentials));
  }
}
