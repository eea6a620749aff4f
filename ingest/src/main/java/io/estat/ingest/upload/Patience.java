package io.estat.ingest.upload;

import java.time.Duration;

/**
 * How long one delivery may take.
 *
 * @param attempts at least 1
 * @param perAttempt bound of an attempt, its HEAD included
 */
record Patience(int attempts, Duration perAttempt) {
  /** While the store is failing a batch gets one short attempt, so that the others move on. */
  static final Patience SHORT = new Patience(1, Duration.ofMillis(500));
}
