package io.estat.storage.s3;

import io.estat.storage.StoreSettings;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The way to one bucket. The SDK's client is built at the first call and not before, so that a
 * server is ready without having loaded it. Any thread may call.
 */
final class S3Connection {
  private static final int MAX_CONNECTIONS = 50;

  private final String bucket;
  private final @Nullable URI endpoint;
  private final StoreSettings settings;
  private final Supplier<AwsCredentialsProvider> credentialsSource;
  private @Nullable AwsCredentialsProvider credentials;
  private @Nullable SdkHttpClient http;
  private @Nullable S3Client client;
  private boolean closed;

  S3Connection(String bucket, @Nullable URI endpoint, StoreSettings settings) {
    this(bucket, endpoint, settings, () -> DefaultCredentialsProvider.builder().build());
  }

  S3Connection(
      String bucket,
      @Nullable URI endpoint,
      StoreSettings settings,
      Supplier<AwsCredentialsProvider> credentialsSource) {
    this.bucket = bucket;
    this.endpoint = endpoint;
    this.settings = settings;
    this.credentialsSource = credentialsSource;
  }

  String bucket() {
    return bucket;
  }

  StoreSettings settings() {
    return settings;
  }

  /**
   * @throws RuntimeException if the configuration does not suffice, for example without any region
   */
  synchronized S3Client client() {
    if (closed) {
      throw new IllegalStateException("the store s3://" + bucket + " is closed");
    }
    // Each part is kept when a later one fails, so that trying again leaks nothing.
    if (http == null) {
      http =
          Apache5HttpClient.builder()
              .connectionTimeout(settings.timeout())
              .socketTimeout(settings.timeout())
              .maxConnections(MAX_CONNECTIONS)
              .build();
    }
    if (credentials == null) {
      credentials = credentialsSource.get();
    }
    if (client == null) {
      client = build(http, credentials);
    }
    return client;
  }

  private S3Client build(SdkHttpClient http, AwsCredentialsProvider credentials) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .credentialsProvider(CredentialsUnavailable.marking(credentials))
            // A retry of the SDK's could meet the object of its own first attempt.
            .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            // Otherwise objects get "Content-Encoding: aws-chunked" and a trailing checksum.
            .serviceConfiguration(s -> s.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    String region = settings.region();
    if (endpoint != null) {
      builder.endpointOverride(endpoint).forcePathStyle(true);
      region = region == null ? Region.US_EAST_1.id() : region;
    }
    if (region != null) {
      builder.region(Region.of(region));
    }
    return builder.build();
  }

  synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
    if (http != null) {
      http.close();
    }
    if (credentials instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
