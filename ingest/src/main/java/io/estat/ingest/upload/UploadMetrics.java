package io.estat.ingest.upload;

import io.estat.storage.StoreException.Kind;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the uploads count beside the ledger. Thread-safe. */
public final class UploadMetrics {
  private final EnumMap<Kind, Long> putErrors = new EnumMap<>(Kind.class);
  private final AtomicLong nameCollisions = new AtomicLong();

  private final Histogram encodeSeconds =
      Histogram.builder()
          .name("batch_encode_seconds")
          .help("Time to compress one batch.")
          .classicOnly()
          .classicUpperBounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
          .build();
  private final Histogram putSeconds =
      Histogram.builder()
          .name("s3_put_seconds")
          .help("Time of one attempt to put an object, also of those that failed.")
          .classicOnly()
          .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
          .build();

  public UploadMetrics() {
    for (Kind kind : Kind.values()) {
      putErrors.put(kind, 0L);
    }
  }

  void putFailed(Kind kind) {
    synchronized (putErrors) {
      putErrors.merge(kind, 1L, Long::sum);
    }
  }

  void nameCollided() {
    nameCollisions.incrementAndGet();
  }

  void encoded(long nanos) {
    encodeSeconds.observe(nanos / 1e9);
  }

  void put(long nanos) {
    putSeconds.observe(nanos / 1e9);
  }

  /** Attempts that failed, by kind of failure: every kind, also those that were not seen. */
  public Map<Kind, Long> putErrors() {
    synchronized (putErrors) {
      return new EnumMap<>(putErrors);
    }
  }

  /** Puts that found somebody else's object under their name. */
  public long nameCollisions() {
    return nameCollisions.get();
  }

  public Histogram encodeSeconds() {
    return encodeSeconds;
  }

  public Histogram putSeconds() {
    return putSeconds;
  }
}
