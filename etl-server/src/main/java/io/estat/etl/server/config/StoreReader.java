package io.estat.etl.server.config;

import static io.estat.etl.server.config.Setting.*;

import io.estat.etl.server.config.EtlConfig.Gcs;
import io.estat.etl.server.config.EtlConfig.Store;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sections {@code store}, {@code gcs} and {@code s3}: where objects go. */
final class StoreReader {
  /**
   * Parts of a resumable session are multiples of it (Google Cloud Storage, "Resumable uploads").
   */
  private static final int GCS_PART_STEP = 256 << 10;

  private static final URI NOWHERE = URI.create("file:///");

  private final Values values;

  StoreReader(Values values) {
    this.values = values;
  }

  Store store() {
    return new Store(url(), gcs(), values.textOrNull(S3_REGION), endpoint(S3_ENDPOINT));
  }

  private URI url() {
    boolean bucket = values.isSet(GCS_BUCKET_NAME);
    if (values.isSet(STORE_URL) == bucket) {
      values.problem(
          bucket
              ? "store.url and gcs.bucket_name are both set; keep one"
              : "store.url (STORE_URL) is missing: where should objects go? "
                  + STORE_URL.allowed()
                  + " (gcs.bucket_name b means gs://b)");
      return NOWHERE;
    }
    Setting setting = bucket ? GCS_BUCKET_NAME : STORE_URL;
    try {
      URI url = new URI(bucket ? "gs://" + values.text(setting) : values.text(setting));
      boolean known = Set.of("gs", "s3", "file").contains(String.valueOf(url.getScheme()));
      if (known && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below, like every other unusable value
    }
    values.problem(setting);
    return NOWHERE;
  }

  private Gcs gcs() {
    int chunk = values.integer(GCS_CHUNK_SIZE, GCS_PART_STEP, 1 << 30);
    if (chunk % GCS_PART_STEP != 0) {
      values.problem(GCS_CHUNK_SIZE);
    }
    String file = values.textOrNull(GCS_CREDENTIALS_FILE);
    if (file != null && !Files.isReadable(Path.of(file))) {
      values.problem("gcs.credentials_file: " + file + ": no such file, or not readable");
    }
    return new Gcs(
        file == null ? null : Path.of(file),
        chunk,
        Duration.ofSeconds(values.integer(GCS_TIMEOUT_SECONDS, 1, 3600)),
        endpoint(GCS_ENDPOINT));
  }

  private @Nullable String endpoint(Setting setting) {
    String endpoint = values.textOrNull(setting);
    if (endpoint != null && !endpoint.matches("https?://[^/@\\s]+/?")) {
      values.problem(setting);
    }
    return endpoint;
  }
}
