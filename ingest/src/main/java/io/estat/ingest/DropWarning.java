package io.estat.ingest;

import io.estat.ingest.batch.Time;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that requests were refused for want of room: at once when it begins, then once a minute as
 * long as it goes on, always with the number of requests since the line before. Looked at by the
 * collector's timer, so that no request pays for it.
 */
final class DropWarning {
  private static final Logger LOG = LoggerFactory.getLogger(DropWarning.class);
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier refusedRequests;
  private final Time time;
  private long told;
  private long toldNanos;

  /**
   * @param refusedRequests all since the start
   */
  DropWarning(LongSupplier refusedRequests, Time time) {
    this.refusedRequests = refusedRequests;
    this.time = time;
    this.toldNanos = time.nanos() - PAUSE_NANOS;
  }

  /** One thread at a time. */
  void look() {
    long now = time.nanos();
    if (now - toldNanos < PAUSE_NANOS) {
      return;
    }
    long refused = refusedRequests.getAsLong();
    if (refused > told) {
      LOG.warn("queue full (drop): {} requests were answered 503", refused - told);
      told = refused;
      toldNanos = now;
    }
  }
}
