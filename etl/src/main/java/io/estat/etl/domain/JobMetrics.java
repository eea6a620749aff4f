package io.estat.etl.domain;

import java.time.Duration;

/**
 * What a job has moved.
 *
 * @param totalRows of its completed tables
 * @param totalBytes of the landed objects, compressed
 */
public record JobMetrics(long totalRows, long totalBytes, Duration duration) {
  public static final JobMetrics NONE = new JobMetrics(0, 0, Duration.ZERO);

  /** 0 for a job that took no time. */
  public double rowsPerSecond() {
    double seconds = duration.toNanos() / 1e9;
    return seconds > 0 ? totalRows / seconds : 0;
  }
}
