package io.estat.etl.breaker;

import java.time.Duration;
import java.time.Instant;

/**
 * Something is away, and is not asked for a while.
 *
 * @param what {@code the database} or {@code the store}
 * @param since when its breaker opened
 * @param reason the first line of the last failure: for logs and operators, not for callers
 * @param retryAfter when it makes sense to ask again
 */
public record Outage(String what, Instant since, String reason, Duration retryAfter) {
  /** One sentence, with the reason. */
  public String message() {
    return "%s has been away since %s and is asked again in %d s; its last failure: %s"
        .formatted(what, since, retryAfterSeconds(), reason);
  }

  /** Rounded up, at least 1. */
  public long retryAfterSeconds() {
    return Math.max(1, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
  }
}
