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
  private volatile boolean delivering;
  private volatile long deliveringSinceNanos;
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

  /** A put with all that belongs to it: asking before it, waiting after it, and trying again. */
  void deliveryStarted() {
    deliveringSinceNanos = time.nanos();
    delivering = true;
  }

  void deliveryEnded() {
    lastWasLong = isLong();
    delivering = false;
  }

  private boolean isLong() {
    return time.nanos() - deliveringSinceNanos > LONG_NANOS;
  }

  /**
   * Whether waiting batches must not wait for the store: it is failing, or the delivery in work or
   * the one before takes longer than a second. Without the one before, a store that takes two
   * seconds for each would be in the way only half of the time.
   */
  boolean isInTheWay() {
    return failing || lastWasLong || (delivering && isLong());
  }
}
