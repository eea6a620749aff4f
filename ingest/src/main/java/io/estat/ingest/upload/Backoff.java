package io.estat.ingest.upload;

import java.util.random.RandomGenerator;

/** How long to wait between two attempts: doubling, with jitter, from 200 ms to 2 s. */
final class Backoff {
  private static final long FIRST_MILLIS = 200;
  private static final long MAX_MILLIS = 2000;

  private Backoff() {}

  /**
   * @param attempt the one that failed, from 1
   * @return anything from a floor to its double; the floor is 200 ms and doubles with each attempt
   *     as long as the double stays within 2 s
   */
  static long millis(int attempt, RandomGenerator random) {
    long floor = Math.min(MAX_MILLIS / 2, FIRST_MILLIS << Math.min(attempt - 1, 10));
    return random.nextLong(floor, 2 * floor + 1);
  }
}
