package io.estat.ingest.journal;

import io.prometheus.metrics.core.metrics.Histogram;
import java.util.concurrent.atomic.AtomicLong;

/** What the journal counts beside the ledger. Thread-safe. */
public final class JournalMetrics {
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong tornTails = new AtomicLong();
  private final AtomicLong tornBytes = new AtomicLong();
  private final AtomicLong filesAside = new AtomicLong();
  private final Histogram syncSeconds =
      Histogram.builder()
          .name("journal_sync_seconds")
          .help("Time to write and sync one group of events.")
          .classicOnly()
          .classicUpperBounds(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1)
          .build();

  void synced(long nanos) {
    syncSeconds.observe(nanos / 1e9);
  }

  void failed() {
    failures.incrementAndGet();
  }

  void fileCreated() {
    files.incrementAndGet();
  }

  void fileDeleted() {
    files.decrementAndGet();
  }

  void tailCut(long bytes) {
    tornTails.incrementAndGet();
    tornBytes.addAndGet(bytes);
  }

  void movedAside() {
    filesAside.incrementAndGet();
  }

  /** Files of this life. */
  public long files() {
    return files.get();
  }

  /** Groups that could not be written or synced. */
  public long failures() {
    return failures.get();
  }

  /** Files of earlier lives that ended in a group that was never acknowledged. */
  public long tornTails() {
    return tornTails.get();
  }

  /** Bytes of those groups. */
  public long tornBytes() {
    return tornBytes.get();
  }

  /** Files that were moved aside because they could not be read, or not all of them. */
  public long filesAside() {
    return filesAside.get();
  }

  public Histogram syncSeconds() {
    return syncSeconds;
  }
}
