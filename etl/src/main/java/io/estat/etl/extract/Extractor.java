package io.estat.etl.extract;

import io.estat.etl.source.Source;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.ObjectStore;
import io.estat.storage.UploadBudget;
import java.time.InstantSource;
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

  /** Whether a job can go on in another process where this one left it. */
  public boolean goesOnElsewhere() {
    return source.dialect().hasDurableSnapshots();
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
