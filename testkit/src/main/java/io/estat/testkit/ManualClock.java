package io.estat.testkit;

import java.time.Duration;
import java.time.Instant;

/** A wall clock and a monotonic clock that move only when a test moves them. Thread-safe. */
public final class ManualClock {
  private long wallMillis;
  private long nanos;

  public ManualClock(Instant start) {
    wallMillis = start.toEpochMilli();
  }

  public synchronized long wallMillis() {
    return wallMillis;
  }

  public synchronized long nanos() {
    return nanos;
  }

  /** Time passes: both clocks move. */
  public synchronized void advance(Duration by) {
    wallMillis += by.toMillis();
    nanos += by.toNanos();
  }

  /** Somebody sets the wall clock, forward or back; no time passes. */
  public synchronized void step(Duration by) {
    wallMillis += by.toMillis();
  }
}
