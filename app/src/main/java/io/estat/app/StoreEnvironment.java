package io.estat.app;

import io.estat.storage.StoreSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the environment says of stores to the commands that run and end. */
final class StoreEnvironment {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private StoreEnvironment() {}

  static StoreSettings settings(Map<String, String> environment) {
    return new StoreSettings(
        given(environment, "AWS_REGION"), given(environment, "S3_ENDPOINT"), TIMEOUT);
  }

  private static @Nullable String given(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }
}
