package io.estat.ingest.upload;

import io.estat.ingest.batch.Time;

/**
 * Whether the store takes what it is given. Failing means that the last delivery failed in all its
 * attempts; one that succeeds ends it. Thread-safe.
 */
final class StoreHealth {
  private static final long LONG_PUT_NANOS = 1_000_000_000L;

  private final Time time;
  private volatile boolean failing;
  private volatile boolean putting;
  private volatile long putSince;

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

  void putStarted() {
    putSince = time.nanos();
    putting = true;
  }

  void putEnded() {
    putting = false;
  }

  /** Whether waiting batches must not wait for the store: it is failing, or a put takes long. */
  boolean isInTheWay() {
    return failing || (putting && time.nanos() - putSince > LONG_PUT_NANOS);
  }
}
