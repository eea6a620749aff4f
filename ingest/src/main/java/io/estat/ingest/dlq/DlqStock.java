package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Time;
import io.estat.ingest.metrics.RateLimitedLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The complete files of the folder: who works on which, and which have to go. A file is taken out
 * of the scan by one thread at a time, so that none is evicted under its retry.
 *
 * <p>Removals go one after the other. What is read and deleted for them is so outside the monitor:
 * a save that needs no room waits for none of it.
 */
final class DlqStock {
  /** So many files are removed in one attempt at most: a save may be waiting. */
  private static final int REMOVALS_AT_ONCE = 100;

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterQueue.class);

  private final DlqConfig config;
  private final DlqFiles files;
  private final FolderCount count;
  private final DlqBooks books;
  private final Time time;
  private final RateLimitedLog failures;
  private final FolderScan scan;
  private final ClockWatch clock;
  private final Object removals = new Object();
  private @Nullable BatchName claimed;
  private @Nullable BatchName removing;

  DlqStock(
      DlqConfig config,
      DlqFiles files,
      FolderCount count,
      DlqBooks books,
      Time time,
      RateLimitedLog failures) {
    this.config = config;
    this.files = files;
    this.count = count;
    this.books = books;
    this.time = time;
    this.failures = failures;
    this.scan = new FolderScan(files, this::isBusy, time);
    this.clock = new ClockWatch(time);
  }

  private boolean isBusy(BatchName name) {
    return name.equals(claimed) || name.equals(removing) || count.isSaving(name);
  }

  /** Something was saved. */
  synchronized void wake() {
    scan.wake();
  }

  /** The store took something, not necessarily of this folder. */
  synchronized void storeIsWell() {
    scan.storeIsWell();
  }

  /** Takes a file for a retry until {@link #release}; null if this attempt found none. */
  @Nullable BatchName claim() throws IOException {
    return removeExpired() ? claimNext() : null;
  }

  private synchronized @Nullable BatchName claimNext() throws IOException {
    for (BatchName name = scan.next(); name != null; name = scan.next()) {
      if (!isBusy(name) && files.size(name) >= 0 && books.mayOpen(name)) {
        claimed = name;
        return name;
      }
    }
    return null;
  }

  synchronized boolean isAtEnd() {
    return scan.isAtEnd();
  }

  synchronized void release(BatchName name, RetryOutcome outcome) {
    claimed = null;
    switch (outcome) {
      case STORE_FAILED -> scan.failed(name, true);
      case FILE_FAILED -> scan.failed(name, false);
      case REUPLOADED, QUARANTINED -> scan.succeeded();
      case LOOKED, NOTHING_THERE -> {
        // The file was gone before it could be tried.
      }
    }
  }

  /** A claimed file has been delivered. If it cannot be deleted nothing is counted. */
  void uploaded(
      BatchName name, Optional<DlqMeta> meta, long events, long reuploaded, long quarantined)
      throws IOException {
    count.remove(name, countedBytes(name, meta, Math.max(0, files.size(name))));
    books.uploaded(name, events, reuploaded, quarantined);
    deleteMeta(name);
  }

  /**
   * Removes what is too old and too much, as far as one reading of the scan shows it. False if
   * there is more of it.
   */
  private boolean removeExpired() throws IOException {
    synchronized (removals) {
      long bornBeforeMillis = look();
      for (int i = 0; mayRemove() && i < REMOVALS_AT_ONCE; i++) {
        BatchName name = takeExpired(bornBeforeMillis);
        if (name == null) {
          return true;
        }
        remove(name);
      }
      return !mayRemove();
    }
  }

  /** Reads on if it has to; returns the time before which a file is too old. */
  private synchronized long look() throws IOException {
    scan.look();
    return clock.isTrusted() && config.maxAge().isPresent()
        ? time.wallMillis() - config.maxAge().get().toMillis()
        : Long.MIN_VALUE;
  }

  private synchronized @Nullable BatchName takeExpired(long bornBeforeMillis) {
    BatchName name = scan.oldestInWindow();
    boolean tooOld = name != null && name.unixSeconds() * 1000 < bornBeforeMillis;
    return tooOld || count.bytes() > config.maxBytes() ? take(name) : null;
  }

  /** Removes the oldest file of the scan; false if none was to be had. */
  boolean removeOldest() throws IOException {
    synchronized (removals) {
      for (int i = 0; i < FolderScan.ENTRIES_AT_ONCE; i++) {
        BatchName name = takeOldest();
        if (name == null || remove(name)) {
          return name != null;
        }
      }
      return false;
    }
  }

  private synchronized @Nullable BatchName takeOldest() throws IOException {
    return take(scan.oldest());
  }

  private boolean mayRemove() {
    return config.overflow() == DlqConfig.Overflow.EVICT;
  }

  /** By hand: whatever its age and the limits are. False if there is no such file to be had. */
  boolean discard(BatchName name) {
    synchronized (removals) {
      take(name);
      return remove(name);
    }
  }

  /** From now on until it is removed, or could not be, nobody else touches the file. */
  private synchronized @Nullable BatchName take(@Nullable BatchName name) {
    if (name != null) {
      scan.forget(name);
      removing = isBusy(name) ? null : name;
    }
    return name;
  }

  /** Removes what was taken; false if it is not there, busy, or cannot be deleted. */
  private boolean remove(BatchName name) {
    try {
      return isTaken(name) && removeFile(name);
    } catch (IOException e) {
      failures.warn(
          "DLQ removal", "DLQ file " + DlqEntry.dataFile(name) + " cannot be removed: " + e);
      return false;
    } finally {
      letGo();
    }
  }

  private synchronized boolean isTaken(BatchName name) {
    return name.equals(removing);
  }

  private synchronized void letGo() {
    removing = null;
  }

  private boolean removeFile(BatchName name) throws IOException {
    long size = files.size(name);
    if (size < 0) {
      return false;
    }
    Optional<DlqMeta> meta = files.readMeta(name);
    long events = meta.isPresent() ? meta.get().events() : linesIn(name);
    count.remove(name, countedBytes(name, meta, size));
    books.expired(name, books.open(name, events));
    deleteMeta(name);
    LOG.warn("DLQ capacity → removed={}", DlqEntry.dataFile(name));
    return true;
  }

  /** The bytes that the file was counted with, even if it was damaged later. */
  private long countedBytes(BatchName name, Optional<DlqMeta> meta, long size) {
    return books.isOfThisLife(name)
        ? meta.map(DlqMeta::gzipBytes).orElse(OptionalLong.empty()).orElse(size)
        : size;
  }

  private long linesIn(BatchName name) {
    try (InputStream in = files.open(name)) {
      return FileCheck.of(in, OutputStream.nullOutputStream()).lines();
    } catch (IOException unreadable) {
      failures.warn(
          "DLQ uncounted",
          "DLQ file " + DlqEntry.dataFile(name) + " is removed uncounted: " + unreadable);
      return 0;
    }
  }

  private void deleteMeta(BatchName name) {
    try {
      files.deleteMeta(name);
    } catch (IOException e) {
      failures.warn("DLQ meta", "DLQ meta file of " + name + " stays until a later scan: " + e);
    }
  }

  synchronized void close() throws IOException {
    scan.close();
  }
}
