package io.estat.storage;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a backend may need beside the URL.
 *
 * @param region cloud region; null: whatever the environment says
 * @param endpoint base URL of a compatible server instead of the cloud's own; null: the cloud's
 * @param credentialsFile key file (GCS); null: whatever the environment says
 * @param timeout bound of calls that carry no timeout of their own
 */
public record StoreSettings(
    @Nullable String region,
    @Nullable String endpoint,
    @Nullable Path credentialsFile,
    Duration timeout) {
  public static final StoreSettings DEFAULTS =
      new StoreSettings(null, null, Duration.ofSeconds(10));

  /** With the credentials of the environment. */
  public StoreSettings(@Nullable String region, @Nullable String endpoint, Duration timeout) {
    this(region, endpoint, null, timeout);
  }
}
