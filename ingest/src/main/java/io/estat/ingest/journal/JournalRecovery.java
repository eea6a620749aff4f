package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.TooManyFilesException;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.DlqRefusedException;
import io.estat.ingest.metrics.RateLimitedLog;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes batches of the journal files that earlier lives left: one file after the other goes into
 * the dead-letter queue under its own name, and is deleted when it is safe there. From there it is
 * uploaded like every other file, looked for in the bucket first; so a file whose batch was stored
 * or saved before the crash makes no second object.
 *
 * <p>A thread of its own: the start waits for nothing of it, and its memory does not depend on what
 * lies in the folder. What the dead-letter queue refuses stays and is tried again, the more seldom
 * the longer it refuses.
 */
final class JournalRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

  /** Behind the name of a file that could not be read, or not all of it. Never deleted. */
  static final String ASIDE_EXTENSION = ".damaged";

  private static final long FIRST_REST_MILLIS = 1_000;
  private static final long LAST_REST_MILLIS = 60_000;
  private static final int READ_TRIES = 3;

  private final Path folder;
  private final Disk disk;
  private final String instance;
  private final DeadLetterQueue dlq;
  private final GzipEngine engine;
  private final int gzipLevel;
  private final JournalMetrics metrics;
  private final RateLimitedLog failures;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;
  private long restMillis;

  /**
   * @param folder is held by this process
   * @param instance this life's part of batch names; its files are left alone
   */
  JournalRecovery(
      Path folder,
      Disk disk,
      String instance,
      DeadLetterQueue dlq,
      GzipEngine engine,
      int gzipLevel,
      JournalMetrics metrics,
      Time time) {
    this.folder = folder;
    this.disk = disk;
    this.instance = instance;
    this.dlq = dlq;
    this.engine = engine;
    this.gzipLevel = gzipLevel;
    this.metrics = metrics;
    this.failures = new RateLimitedLog(LOG, time);
    this.thread = Thread.ofPlatform().name("journal-recovery").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (GzipEncoder encoder = engine.encoder(gzipLevel)) {
      boolean left = true;
      while (left && !isOver()) {
        left = pass(encoder) && !over.await(restMillis, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; what is left comes at the next start
    } catch (RuntimeException | Error e) {
      LOG.error("journal files of earlier lives stay in {} until the next start", folder, e);
    }
  }

  private boolean isOver() {
    return over.getCount() == 0;
  }

  /**
   * Tries every file of earlier lives once, or until the dead-letter queue refuses one: it would
   * refuse the next, too, after that was read. Returns whether any has to be tried again.
   */
  boolean pass(GzipEncoder encoder) {
    restMillis = Math.clamp(2 * restMillis, FIRST_REST_MILLIS, LAST_REST_MILLIS);
    boolean left = false;
    try (Disk.Listing listing = disk.list(folder)) {
      for (String name = listing.next(); name != null && !isOver(); name = listing.next()) {
        Optional<BatchName> batch = JournalFile.batchOf(name);
        if (batch.isPresent() && !batch.get().isOf(instance)) {
          left |= !recover(batch.get(), encoder);
        } else if (name.equals(JournalWriter.PROBE_FILE)) {
          disk.delete(folder.resolve(name)); // of a life that ended while it probed
        }
      }
      return left;
    } catch (DlqRefusedException e) {
      return true; // the dead-letter queue has said why
    } catch (IOException e) {
      failures.warn("journal folder", "the journal folder " + folder + " cannot be read: " + e);
      return true;
    }
  }

  /** Before the next pass: doubled by each that recovers no file. */
  long restMillis() {
    return restMillis;
  }

  /**
   * False if it is still there and should be tried again.
   *
   * @throws DlqRefusedException if it is no better with any other file
   */
  private boolean recover(BatchName name, GzipEncoder encoder) throws DlqRefusedException {
    dlq.admit(name);
    Path file = JournalFile.path(folder, name);
    sync(file);
    JournalCheck check;
    try {
      check = check(file);
    } catch (TooManyFilesException e) { // connections have taken all; they will not keep them
      failures.warn("journal recovery", "journal file " + file + " has to wait: " + e);
      return false;
    } catch (IOException e) {
      return moveAside(file, "it cannot be read: " + e);
    }
    try {
      if (check.events() > 0) {
        dlq.adopt(
            name,
            gzip -> {
              try (InputStream in = disk.open(file)) {
                return JournalBatch.write(in, check, encoder, gzip);
              }
            });
      }
      if (!check.damaged().isEmpty()) {
        return moveAside(
            file,
            check.damaged().cardinality()
                + " of "
                + check.groups()
                + " groups of events are not what was written; the others are recovered");
      }
      disk.delete(file);
    } catch (DlqRefusedException e) {
      return switch (e.reason()) {
        case TOO_LARGE -> true; // not before the next start, which may have another limit
        case DISK_FAILED -> false; // it may be this file that cannot be read
        case FULL, NO_SPACE -> throw e;
      };
    } catch (IOException e) {
      failures.warn("journal recovery", "journal file " + file + " cannot be deleted: " + e);
      return false;
    } catch (RuntimeException e) { // the others come next
      LOG.error("journal file {} stays until the next start", file, e);
      return true;
    }
    recovered(file, check);
    restMillis = FIRST_REST_MILLIS;
    return true;
  }

  /**
   * A process that was killed may have left groups, or the cut of one, in memory only, and a power
   * cut must not bring back another file than the one that its batch was made of. Where the disk
   * refuses, the batch is safer in the bucket all the same.
   */
  private void sync(Path file) {
    try {
      disk.sync(file);
    } catch (IOException e) {
      failures.warn("journal sync", "journal file " + file + " cannot be synced: " + e);
    }
  }

  /** A passing failure is not taken for a lasting one. */
  private JournalCheck check(Path file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (InputStream in = disk.open(file)) {
        return JournalCheck.of(in);
      } catch (IOException e) {
        if (attempt == READ_TRIES) {
          throw e;
        }
      }
    }
  }

  private void recovered(Path file, JournalCheck check) {
    if (check.tornBytes() > 0) {
      metrics.tailCut(check.tornBytes());
    }
    LOG.info(
        "journal → DLQ: {} events={} cut_bytes={}",
        file.getFileName(),
        check.events(),
        check.tornBytes());
  }

  private boolean moveAside(Path file, String reason) {
    Path aside = file.resolveSibling(file.getFileName() + ASIDE_EXTENSION);
    LOG.error("journal file {} is kept as {}: {}", file, aside.getFileName(), reason);
    metrics.movedAside();
    try {
      disk.rename(file, aside);
      disk.syncFolder(folder);
    } catch (IOException e) {
      failures.warn("journal aside", "journal file " + file + " cannot be moved aside: " + e);
    }
    return true;
  }

  /** Ends after the file in work. */
  void end() {
    over.countDown();
  }

  /** Waits for the end, at most so long; false: a file is still in work. */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    thread.join(atMost.toMillis());
    return !thread.isAlive();
  }
}
