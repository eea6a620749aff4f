package io.estat.etl.server.store;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the job store is.
 *
 * @param url {@code jdbc:h2:file:...}, {@code jdbc:postgresql:...} or {@code jdbc:mariadb:...}
 * @param username empty: none
 * @param password empty: none
 * @param maxConnections of this instance
 * @param patience how long a caller waits for a connection before it is told that the store is away
 */
public record StoreSettings(
    String url, String username, String password, int maxConnections, Duration patience) {
  public static final int MAX_CONNECTIONS = 10;
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * @throws IllegalArgumentException if the URL is of no database that can hold a job store
   */
  public StoreSettings {
    Vendor.of(url);
  }

  public StoreSettings(String url, String username, String password) {
    this(url, username, password, MAX_CONNECTIONS, PATIENCE);
  }

  /** Why the URL cannot be a job store's, or empty. */
  public static Optional<String> refusal(String url) {
    try {
      Vendor.of(url);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String toString() {
    return "StoreSettings[username=%s, maxConnections=%d, patience=%s]"
        .formatted(username, maxConnections, patience);
  }
}
