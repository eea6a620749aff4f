package io.estat.ingest.upload;

import java.time.Duration;

/**
 * How long one delivery may take.
 *
 * @param attempts at least 1
 * @param perAttempt bound of an attempt, its HEAD included
 */
record Patience(int attempts, Duration perAttempt) {
  private static final Duration HASTE = Duration.ofMillis(500);

  /** One short attempt, so that the other batches move on. */
  static Patience inHaste(Duration timeout) {
    return new Patience(1, timeout.compareTo(HASTE) < 0 ? timeout : HASTE);
  }
}
