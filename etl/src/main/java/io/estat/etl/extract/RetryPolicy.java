package io.estat.etl.extract;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and when a failed call is made again.
 *
 * @param attempts retries after the first try
 * @param backoff the wait before the first retry; doubles with each
 * @param maxBackoff no wait is longer
 * @param patience how long a job waits for a database or store that is away
 */
public record RetryPolicy(int attempts, Duration backoff, Duration maxBackoff, Duration patience) {
  public static final RetryPolicy DEFAULTS =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(10));

  /**
   * The wait after this many failures in a row: doubled each time, cut at the bound, and then up to
   * a fifth shorter, so that workers that failed together do not come back together.
   */
  public Duration delay(int failures, RandomGenerator random) {
    long first = backoff.toNanos();
    int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(Math.max(1, first)) - 1);
    long nanos = Math.min(first << doublings, maxBackoff.toNanos());
    return Duration.ofNanos(nanos - random.nextLong(nanos / 5 + 1));
  }
}
