package io.estat.etl.extract;

import io.estat.etl.domain.TableEvidence;
import io.estat.etl.source.Dialect;
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
import org.jspecify.annotations.Nullable;

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

  /**
   * Whether a job can go on in another process where this one left it: at the same point in time,
   * or because its tables need none in common.
   */
  public boolean goesOnElsewhere() {
    SnapshotPolicy policy = options.snapshots();
    return policy.scope() != SnapshotPolicy.Scope.JOB
        || policy.onLost() == SnapshotPolicy.OnLost.RESTART_TABLE
        || source.dialect().hasDurableSnapshots();
  }

  /** When the oldest snapshot that a run holds open was taken. */
  public Optional<Instant> oldestSnapshot() {
    return snapshots.oldest();
  }

  /**
   * The point in time of a whole run.
   *
   * @param before at which tables of the job were read already, or null
   */
  SharedPoint openForRun(@Nullable TableEvidence before) throws SQLException {
    Dialect dialect = source.dialect();
    Snapshot snapshot =
        before != null && dialect.hasDurableSnapshots()
            ? dialect.reopenSnapshot(source, before.snapshot(), before.snapshotTakenAt())
            : dialect.openSnapshot(source, options.parallelTables());
    return shared("job", snapshot, () -> {});
  }

  /**
   * What one table is read at that has nothing in common with others.
   *
   * @param closed called once, when it is closed
   */
  PointInTime openForTable(OwnSnapshots own, Runnable closed) throws SQLException {
    if (options.snapshots().scope() == SnapshotPolicy.Scope.CHUNK) {
      return new FreshPoints(() -> source.dialect().openSnapshotForOne(source), snapshots, closed);
    }
    return shared("table", source.dialect().openSnapshot(source, own.sessions()), closed);
  }

  private SharedPoint shared(String scope, Snapshot snapshot, Runnable closed) {
    snapshots.opened(snapshot);
    return new SharedPoint(
        scope,
        snapshot,
        () -> {
          snapshots.close(snapshot);
          closed.run();
        });
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
