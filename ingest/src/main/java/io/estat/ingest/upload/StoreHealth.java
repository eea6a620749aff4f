package io.estat.ingest.upload;

import io.estat.ingest.batch.Time;

/**
 * Whether the store takes what it is given. Failing means that the last delivery failed in all its
 * attempts; one that succeeds ends it. Thread-safe.
 */
final class StoreHealth {
  private static final long LONG_NANOS = 1_000_000_000L;

  private final Time time;
  private volatile boolean failing;
  private volatile boolean attempting;
  private volatile long attemptSince;
  private volatile boolean lastWasLong;

  StoreHealth(Time time) {
    this.time = time;
  }

  boolean isFailing() {
    return failing;
  }

  void delivered() {
    failing = false;
  }

  void failed() {
    failing = true;
  }

  void attemptStarted() {
    attemptSince = time.nanos();
    attempting = true;
  }

  void attemptEnded() {
    lastWasLong = isLong();
    attempting = false;
  }

  private boolean isLong() {
    return time.nanos() - attemptSince > LONG_NANOS;
  }

  /**
   * Whether waiting batches must not wait for the store: it is failing, or the attempt in flight or
   * the one before took longer than a second. Without the one before, a store that takes two
   * seconds for each would be in the way only half of the time.
   */
  boolean isInTheWay() {
    return failing || lastWasLong || (attempting && isLong());
  }
}
