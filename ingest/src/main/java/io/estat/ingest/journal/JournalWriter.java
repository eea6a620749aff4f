package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.GroupCommit;
import io.estat.ingest.batch.GroupCommit.Group;
import io.estat.ingest.batch.GroupCommit.Part;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.metrics.RateLimitedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the event loops append to the file of its batch, syncs it, and only then lets it be
 * answered: one sync for all that came while the last one ran. A file leaves when its batch is in
 * the store or safe in the dead-letter queue.
 *
 * <p>A sync or write that fails is final for its file: a second sync could succeed although bytes
 * are gone. What the group has left in this file and in others is cut off, and events are refused
 * until that is done and a probe shows that the folder takes bytes again; the next event gets a new
 * file. One thread of its own, which alone writes to the folder but for the {@link JournalRecovery}
 * of files of earlier lives.
 */
final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int PROBE_BYTES = 256 * 1024;
  static final String PROBE_FILE = ".probe";

  private final Path folder;
  private final Disk disk;
  private final GroupCommit commits;
  private final JournalMetrics metrics;
  private final RateLimitedLog failures;
  private final ConcurrentLinkedQueue<BatchName> gone = new ConcurrentLinkedQueue<>();
  private final RefusedTails tails;
  private final Thread thread;
  private @Nullable JournalFile current;
  private boolean newName;
  private volatile @Nullable String refusal;
  private volatile boolean over;

  /**
   * @param folder exists and is held by this process
   */
  JournalWriter(Path folder, Disk disk, GroupCommit commits, JournalMetrics metrics, Time time) {
    this.folder = folder;
    this.disk = disk;
    this.commits = commits;
    this.metrics = metrics;
    this.failures = new RateLimitedLog(LOG, time);
    this.tails = new RefusedTails(folder, disk);
    this.thread = Thread.ofPlatform().name("journal").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      try {
        turn(refusal == null ? IDLE_NANOS : PROBE_NANOS);
      } catch (InterruptedException e) {
        // Nobody ends this thread so; it goes on until it is over.
      } catch (RuntimeException | Error e) { // without this thread nothing is answered any more
        LOG.error("the journal stumbled over something unforeseen and goes on", e);
      }
    }
    deleteGone();
    closeCurrent();
    cutTails();
  }

  /** One group, if one comes in time; then what can wait. */
  void turn(long timeoutNanos) throws InterruptedException {
    Group group = commits.take(timeoutNanos);
    if (group != null) {
      settle(group);
    } else if (refusal != null) {
      probe();
    }
    deleteGone();
  }

  private void settle(Group group) {
    long start = System.nanoTime();
    JournalFile begun = current;
    long committedBytes = begun == null ? 0 : begun.syncedBytes();
    try {
      for (Part part : group.parts()) {
        fileOf(part.name()).append(part.bytes());
      }
      if (newName) {
        disk.syncFolder(folder);
        newName = false;
      }
    } catch (IOException | RuntimeException | Error e) { // whatever it is: not on disk, no 200
      for (Part part : group.parts()) {
        boolean goesOn = begun != null && begun.name().equals(part.name());
        tails.add(part.name(), goesOn ? committedBytes : 0);
      }
      fail(group, e);
      return;
    }
    metrics.synced(System.nanoTime() - start);
    commits.commit(group);
  }

  private JournalFile fileOf(BatchName name) throws IOException {
    JournalFile file = current;
    if (file != null && file.name().equals(name)) {
      return file;
    }
    closeCurrent();
    file = JournalFile.create(disk, folder, name);
    current = file;
    newName = true;
    metrics.fileCreated();
    return file;
  }

  private void fail(Group group, Throwable cause) {
    String reason = "the journal in " + folder + " takes nothing: " + cause;
    refusal = reason;
    metrics.failed();
    failures.error("journal", reason + "; events are refused until it does");
    closeCurrent();
    try {
      cutTails(); // before the 503 leaves: who gets it sends again
    } finally {
      gone.addAll(commits.fail(group));
    }
  }

  private void cutTails() {
    try {
      tails.cut();
    } catch (IOException e) {
      failures.warn("journal cut", e.getMessage() + "; it is tried again");
    }
  }

  /** The descriptor is all that is lost if that fails: what is in the file was synced before. */
  private void closeCurrent() {
    JournalFile file = current;
    current = null;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        failures.warn("journal close", "journal file " + file.name() + " cannot be closed: " + e);
      }
    }
  }

  /**
   * Whether the folder takes bytes again: what was refused is cut off, a file of some size synced.
   */
  private void probe() {
    Path probe = folder.resolve(PROBE_FILE);
    try {
      disk.createFolders(folder);
      tails.cut();
      try (DiskFile file = disk.create(probe)) {
        file.write(new byte[PROBE_BYTES]);
        file.sync();
      }
      disk.delete(probe);
    } catch (IOException e) {
      refusal = "the journal in " + folder + " takes nothing: " + e;
      return;
    }
    LOG.info("the journal in {} takes events again", folder);
    refusal = null;
    commits.accept();
  }

  /** The batch is safe elsewhere; its file is deleted soon. Any thread; does not block. */
  void release(BatchName name) {
    gone.add(name);
    commits.wake();
  }

  /** A file that cannot be deleted comes again at the next start, and is found to be delivered. */
  private void deleteGone() {
    for (BatchName name = gone.poll(); name != null; name = gone.poll()) {
      try {
        if (disk.delete(JournalFile.path(folder, name))) {
          metrics.fileDeleted();
        }
      } catch (IOException e) {
        failures.warn("journal delete", "journal file " + name + " cannot be deleted: " + e);
      }
    }
  }

  /** Why events are refused, if they are. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Waits until every sealed batch is on disk and handed on, at most so long. */
  void awaitEmpty(long untilNanos) throws InterruptedException {
    commits.awaitEmpty(untilNanos);
  }

  /** Deletes what has gone and ends the thread, in so long at most. */
  void close(Duration atMost) throws InterruptedException {
    over = true;
    commits.wake();
    thread.join(Math.max(1, atMost.toMillis()));
  }
}
