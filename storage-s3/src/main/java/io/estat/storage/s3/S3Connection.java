package io.estat.storage.s3;

import io.estat.storage.StoreSettings;
import java.net.URI;
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

/** The SDK's client and what belongs to it. Making one loads the SDK; any thread may use it. */
final class S3Connection {
  private static final int MAX_CONNECTIONS = 50;

  private final AwsCredentialsProvider credentials;
  private final SdkHttpClient http;
  private final S3Client client;

  /** With the credentials of the environment: variables, profile, web identity, container, host. */
  static S3Connection open(@Nullable URI endpoint, StoreSettings settings) {
    return new S3Connection(endpoint, settings, DefaultCredentialsProvider.builder().build());
  }

  /**
   * @throws RuntimeException if the configuration does not suffice, for example without any region
   */
  S3Connection(@Nullable URI endpoint, StoreSettings settings, AwsCredentialsProvider credentials) {
    this.credentials = credentials;
    http =
        Apache5HttpClient.builder()
            .connectionTimeout(settings.timeout())
            .socketTimeout(settings.timeout())
            .maxConnections(MAX_CONNECTIONS)
            .build();
    try {
      client = client(endpoint, settings.region());
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  private S3Client client(@Nullable URI endpoint, @Nullable String region) {
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
    if (endpoint != null) {
      builder.endpointOverride(endpoint).forcePathStyle(true);
      builder.region(region == null ? Region.US_EAST_1 : Region.of(region));
    } else if (region != null) {
      builder.region(Region.of(region));
    }
    return builder.build();
  }

  S3Client client() {
    return client;
  }

  void close() {
    client.close();
    http.close();
    if (credentials instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
