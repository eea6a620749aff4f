package io.estat.etl.extract;

import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.ObjectStore;
import io.estat.storage.UploadBudget;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Copies tables of one database to one store. What its runs share, so that they stay within it
 * together, is here: the cap on chunks read at the same time, and the byte budget of the uploads.
 * Thread-safe; source and store belong to whoever made them.
 */
public final class Extractor {
  private final Source source;
  private final ObjectStore store;
  private final ExtractOptions options;
  private final InstantSource clock;
  private final GzipEngine gzip = GzipEngine.best();
  private final UploadBudget budget;
  private final Semaphore readers;
  private final Snapshots snapshots = new Snapshots();

  public Extractor(Source source, ObjectStore store, ExtractOptions options, InstantSource clock) {
    this.source = source;
    this.store = store;
    this.options = options;
    this.clock = clock;
    budget = new UploadBudget(options.bufferBytes());
    readers = new Semaphore(options.parallelTables(), true);
  }

  /** A run of the job; nothing happens before it is told to {@link JobRun#run}. */
  public JobRun run(JobOrder order, JobWatch watch) {
    return new JobRun(this, order, watch);
  }

  /** When the oldest snapshot that a run holds open was taken. */
  public Optional<Instant> oldestSnapshot() {
    return snapshots.oldest();
  }

  /** Opens a point in time for so many readers at the same time. */
  SharedPoint open(String scope, int readersAtOnce) throws SQLException {
    Snapshot snapshot = source.dialect().openSnapshot(source, readersAtOnce);
    snapshots.opened(snapshot);
    return new SharedPoint(scope, snapshot, () -> snapshots.close(snapshot));
  }

  Source source() {
    return source;
  }

  ObjectStore store() {
    return store;
  }

  ExtractOptions options() {
    return options;
  }

  InstantSource clock() {
    return clock;
  }

  GzipEngine gzip() {
    return gzip;
  }

  UploadBudget budget() {
    return budget;
  }

  /** One permit a chunk that is being read. */
  Semaphore readers() {
    return readers;
  }
}
