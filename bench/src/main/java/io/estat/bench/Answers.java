package io.estat.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * How one load was answered. Written by the load's event loop, read when the load has ended.
 *
 * <p>The time of an answer counts from the moment its request was due, not from when it was sent: a
 * server that stands still for a while answers for every request that was due meanwhile (no
 * coordinated omission).
 */
final class Answers {
  /** The connection ended, or nothing came in time. */
  static final int NO_ANSWER = 0;

  private final Histogram latencyNanos = new Histogram(3);
  private final BitSet accepted = new BitSet();
  private final long[] byStatus = new long[600];
  private Duration took = Duration.ZERO;
  private long acceptedEvents;

  void record(int status, long dueNanos, long nowNanos, int firstId, int events) {
    byStatus[status]++;
    latencyNanos.recordValue(Math.max(0, nowNanos - dueNanos));
    if (status == 200) {
      acceptedEvents += events;
      accepted.set(firstId, firstId + events);
    }
  }

  void ended(Duration duration) {
    took = duration;
  }

  /** The ids of events that were answered 200. */
  BitSet accepted() {
    return accepted;
  }

  long acceptedEvents() {
    return acceptedEvents;
  }

  /** Requests that were answered something else than 200, or not at all. */
  long refused() {
    return Arrays.stream(byStatus).sum() - byStatus[200];
  }

  double eventsPerSecond() {
    return acceptedEvents * 1e9 / took.toNanos();
  }

  double latencyMillis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }

  Duration took() {
    return took;
  }

  /** Requests by status code; {@link #NO_ANSWER} among them. */
  Map<Integer, Long> byStatus() {
    Map<Integer, Long> counts = new TreeMap<>();
    for (int status = 0; status < byStatus.length; status++) {
      if (byStatus[status] > 0) {
        counts.put(status, byStatus[status]);
      }
    }
    return counts;
  }
}
