package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import io.estat.ingest.upload.UploadConfig;
import io.estat.storage.StoreSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/** Where objects go, and how they are sent there. */
final class StoreReader {
  private final Values values;

  StoreReader(Values values) {
    this.values = values;
  }

  URI url() {
    String url = values.text(STORE_URL);
    String bucket = values.text(RAW_BUCKET);
    if (url.isEmpty() == bucket.isEmpty()) {
      values.problem(
          url.isEmpty()
              ? "STORE_URL is missing: where should objects go? s3://bucket or file:///folder"
                  + " (RAW_BUCKET=b means s3://b)"
              : "STORE_URL and RAW_BUCKET are both set; keep one");
      return URI.create("file:///");
    }
    Setting setting = url.isEmpty() ? RAW_BUCKET : STORE_URL;
    try {
      URI uri = new URI(url.isEmpty() ? "s3://" + bucket : url);
      String scheme = String.valueOf(uri.getScheme());
      if (scheme.equals("s3") ? isBucket(uri) : scheme.equals("file")) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below, like every other unusable value
    }
    values.problem(setting, values.text(setting));
    return URI.create("file:///");
  }

  private static boolean isBucket(URI uri) {
    boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
    return uri.getHost() != null
        && bare
        && uri.getUserInfo() == null
        && uri.getPort() < 0
        && uri.getQuery() == null;
  }

  StoreSettings settings() {
    String endpoint = values.textOrNull(S3_ENDPOINT);
    if (endpoint != null && !endpoint.matches("https?://[^/@\\s]+/?")) {
      values.problem(S3_ENDPOINT, endpoint);
    }
    return new StoreSettings(values.textOrNull(AWS_REGION), endpoint, Duration.ofSeconds(10));
  }

  UploadConfig upload() {
    return new UploadConfig(
        prefix(RAW_PREFIX),
        prefix(DLQ_PREFIX),
        values.duration(S3_TIMEOUT, Duration.ofMillis(100), Duration.ofSeconds(60)),
        values.integer(S3_APP_RETRIES, 1, 10),
        values.integer(GZIP_LEVEL, 1, 9));
  }

  private String prefix(Setting setting) {
    String prefix = values.text(setting);
    if (!prefix.matches("[A-Za-z0-9._=-]+(/[A-Za-z0-9._=-]+)*") || prefix.contains("..")) {
      values.problem(setting, prefix);
    }
    return prefix;
  }
}
