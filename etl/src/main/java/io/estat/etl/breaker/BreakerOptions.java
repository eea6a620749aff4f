package io.estat.etl.breaker;

import java.time.Duration;

/**
 * When a breaker opens, and for how long.
 *
 * @param failures in a row that open it, at least 1
 * @param window within which they come, in whole seconds, at least 1
 * @param openFor until one call may try again
 */
public record BreakerOptions(int failures, Duration window, Duration openFor) {
  /** The defaults of the configuration. */
  public static final BreakerOptions DEFAULTS =
      new BreakerOptions(5, Duration.ofMinutes(1), Duration.ofSeconds(30));
}
