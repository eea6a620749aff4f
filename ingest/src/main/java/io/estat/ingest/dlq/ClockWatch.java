package io.estat.ingest.dlq;

import io.estat.ingest.batch.Time;
import java.time.Duration;

/**
 * Tells whether the wall clock may decide about deleting: not in the hour after it was seen to jump
 * more than 5 s against the monotonic clock. One thread at a time.
 */
final class ClockWatch {
  private static final long STEP_MILLIS = 5_000;
  private static final long DISTRUST_NANOS = Duration.ofHours(1).toNanos();

  private final Time time;
  private long lastWallMillis;
  private long lastNanos;
  private long steppedNanos;
  private boolean stepped;

  ClockWatch(Time time) {
    this.time = time;
    lastWallMillis = time.wallMillis();
    lastNanos = time.nanos();
  }

  boolean isTrusted() {
    long wallMillis = time.wallMillis();
    long nanos = time.nanos();
    long deviation = (wallMillis - lastWallMillis) - (nanos - lastNanos) / 1_000_000;
    if (Math.abs(deviation) > STEP_MILLIS) {
      stepped = true;
      steppedNanos = nanos;
    }
    lastWallMillis = wallMillis;
    lastNanos = nanos;
    stepped &= nanos - steppedNanos < DISTRUST_NANOS;
    return !stepped;
  }
}
