package io.estat.etl.server.config;

import io.estat.etl.breaker.BreakerOptions;
import io.estat.etl.encode.ColumnNaming;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.extract.SnapshotPolicy;
import io.estat.etl.source.SourceSettings;
import io.estat.storage.UploadBudget;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the ETL server is told, valid as a whole: made by {@link ConfigReader}. Its text shows
 * no secret.
 *
 * @param secrets every value that must not appear in a log or an answer
 */
public record EtlConfig(
    Server server,
    App app,
    SourceSettings source,
    Store store,
    Repository repository,
    Extract etl,
    BreakerOptions breaker,
    Duration scheduleGrace,
    Auth auth,
    RateLimit rateLimit,
    List<String> allowedOrigins,
    List<Secret> secrets) {
  public EtlConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    secrets = List.copyOf(secrets);
  }

  /**
   * Where and how requests are taken.
   *
   * @param samples whether first rows of tables can be asked for
   */
  public record Server(InetAddress host, int port, Duration shutdownTimeout, boolean samples) {
    /** Whether only this machine can connect. */
    public boolean isLoopback() {
      return host.isLoopbackAddress();
    }
  }

  /**
   * @param logLevel lower case
   * @param logPretty lines for people instead of JSON
   */
  public record App(String instanceId, String logLevel, boolean logPretty) {}

  /** Where objects go: {@code gs://}, {@code s3://} or {@code file:///}. */
  public record Store(URI url, Gcs gcs, @Nullable String s3Region, @Nullable String s3Endpoint) {
    /** S3 takes parts of 5 MiB and more ("Amazon S3 multipart upload limits"). */
    private static final int S3_LEAST_BYTES = 5 << 20;

    /** What an object that is open has set aside of {@code etl.buffer_bytes}. */
    public int bytesOfOpenObject() {
      return "s3".equals(url.getScheme()) ? S3_LEAST_BYTES : UploadBudget.SLAB_BYTES;
    }
  }

  /** What Google Cloud Storage needs beside the URL. */
  public record Gcs(
      @Nullable Path credentialsFile,
      int chunkBytes,
      Duration timeout,
      @Nullable String endpoint) {}

  /** The job store. Its URL may hold a password and is not shown. */
  public record Repository(
      String url, @Nullable String username, @Nullable Secret password, int poolMax) {
    @Override
    public String toString() {
      return "Repository[username=%s, poolMax=%d]".formatted(username, poolMax);
    }
  }

  /** How tables are extracted. */
  public record Extract(
      int chunkRows,
      int parallelTables,
      Retry retry,
      Duration outagePatience,
      long bufferBytes,
      long maxObjectBytes,
      SnapshotPolicy snapshots,
      boolean verify,
      EncodeOptions encode,
      ColumnNaming columnNames) {
    /**
     * Tables of one job that can have an object open at the same time: each worker's, and one that
     * has chunks left for the next worker.
     */
    public int openTables() {
      return parallelTables + 1;
    }
  }

  /**
   * @param attempts after the first try
   */
  public record Retry(int attempts, Duration backoff, Duration maxBackoff) {}

  /**
   * Who may call.
   *
   * @param anonymous whether a caller without credentials may do everything
   */
  public record Auth(
      boolean anonymous,
      List<ApiKey> apiKeys,
      @Nullable Jwt jwt,
      boolean openMetrics,
      boolean openDocs) {
    public Auth {
      apiKeys = List.copyOf(apiKeys);
    }
  }

  /** How bearer tokens are checked: by a secret or by public keys, never by both. */
  public record Jwt(
      @Nullable Secret secret,
      @Nullable URI jwksUrl,
      @Nullable String issuer,
      @Nullable String audience) {}

  public record RateLimit(boolean enabled, int requestsPerMinute, int burst) {}
}
