package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.Holder;
import io.estat.ingest.metrics.RateLimitedLog;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches on local disk that the store did not take. A saved batch survives the process and a power
 * cut, under its own name, until it is in the bucket or has to go by age or size.
 *
 * <p>{@link #save} may be called by any thread, also by several at once. {@link #retryOne} belongs
 * to one thread; only its upload takes long, and nothing waits for that. The cost of a retry does
 * not depend on how many files there are; neither does the memory.
 */
public final class DeadLetterQueue implements AutoCloseable {
  /** The bytes of a batch. */
  public interface Body {
    /**
     * Writes the whole gzip file. Called again from the start if the first time the disk was full
     * and room could be made.
     */
    BatchSummary writeTo(OutputStream gzip) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterQueue.class);

  private final DlqConfig config;
  private final Disk disk;
  private final Closeable lock;
  private final RateLimitedLog failures;
  private final FolderCount count;
  private final FolderWalk walk;
  private final DlqBooks books;
  private final DlqStock stock;
  private final DlqSave save;
  private final DlqRetry retry;
  private volatile boolean closed;

  private DeadLetterQueue(
      DlqConfig config,
      Disk disk,
      Closeable lock,
      String instance,
      Ledger ledger,
      Time time,
      Destination destination) {
    this.config = config;
    this.disk = disk;
    this.lock = lock;
    failures = new RateLimitedLog(LOG, time);
    DlqFiles files = new DlqFiles(disk, config.folder());
    count = new FolderCount(files);
    walk = new FolderWalk(files, count, time, failures);
    books = new DlqBooks(instance, ledger);
    stock = new DlqStock(config, files, count, books, time, failures);
    save = new DlqSave(config, disk, files, count, stock);
    retry = new DlqRetry(files, stock, books, destination, failures);
  }

  /**
   * Makes the folder if it is missing and takes it for this process. What lies in it is not looked
   * at.
   *
   * @param instance this life's part of batch names
   * @throws io.estat.ingest.disk.FolderHeldException if another server has it
   * @throws IOException if the folder cannot be made or written to
   */
  public static DeadLetterQueue open(
      DlqConfig config,
      Disk disk,
      String instance,
      Ledger ledger,
      Time time,
      Destination destination)
      throws IOException {
    disk.createFolders(config.folder());
    Closeable lock =
        disk.lock(config.folder(), Holder.json(instance, Instant.ofEpochMilli(time.wallMillis())));
    return new DeadLetterQueue(config, disk, lock, instance, ledger, time, destination);
  }

  /** Starts a thread of low share that finds out how much lies in the folder. */
  public void countInBackground() {
    walk.start();
  }

  /** Whether the folder is kept in memory, where it does not outlive the machine. */
  public boolean isInMemory() throws IOException {
    String type = disk.fileSystemType(config.folder());
    return type.equals("tmpfs") || type.equals("ramfs");
  }

  /**
   * Saves a batch. When it is on the disk, the events are counted as enqueued and as in the DLQ,
   * and {@code leaving}, which takes them out of where they were, runs under the same hold of the
   * ledger's lock.
   *
   * @throws DlqRefusedException if the batch is not saved; nothing of it is left, {@code leaving}
   *     did not run
   */
  public void save(BatchName name, Body body, Runnable leaving) throws DlqRefusedException {
    try {
      save.save(name, body, events -> books.enqueue(events, leaving));
    } catch (DlqRefusedException e) {
      throw told(e);
    }
  }

  private DlqRefusedException told(DlqRefusedException e) {
    failures.error("DLQ save", "local DLQ save failed: " + e.getMessage());
    return e;
  }

  /**
   * Refuses what {@link #adopt} would refuse whatever the body is: before one is made in vain.
   *
   * @throws DlqRefusedException if no batch of this name can be saved now
   */
  public void admit(BatchName name) throws DlqRefusedException {
    try {
      save.admit(name);
    } catch (DlqRefusedException e) {
      throw told(e);
    }
  }

  /**
   * Takes a batch of an earlier life, which is in no books yet: like every other file of an earlier
   * life it is counted when it is first opened. Does nothing if it is here already.
   *
   * @throws DlqRefusedException if the batch is not saved; nothing of it is left
   */
  public void adopt(BatchName name, Body body) throws DlqRefusedException {
    try {
      save.saveIfAbsent(name, body);
    } catch (DlqRefusedException e) {
      throw told(e);
    }
  }

  /** One attempt to bring one file into the bucket; removes first what is too old or too much. */
  public RetryOutcome retryOne() {
    BatchName name;
    try {
      if (closed) {
        return RetryOutcome.NOTHING_THERE;
      }
      if (retry.storeTookMore()) {
        stock.storeIsWell();
      }
      name = stock.claim();
    } catch (IOException e) {
      failures.warn("DLQ folder", "DLQ folder " + config.folder() + " cannot be read: " + e);
      return RetryOutcome.NOTHING_THERE;
    }
    if (name == null) {
      return stock.isAtEnd() ? RetryOutcome.NOTHING_THERE : RetryOutcome.LOOKED;
    }
    RetryOutcome outcome = RetryOutcome.FILE_FAILED;
    try {
      outcome = retry.retry(name);
      return outcome;
    } finally {
      stock.release(name, outcome);
    }
  }

  /** Removes one file by hand, counted as expired; false if it is not there or being retried. */
  public boolean discard(BatchName name) {
    return stock.discard(name);
  }

  /** Complete files, as far as they are counted. */
  public long filesCurrent() {
    return count.files();
  }

  /** Their bytes, meta files not counted. */
  public long bytesCurrent() {
    return count.bytes();
  }

  /** Whether the two figures above include all that lay in the folder at the start. */
  public boolean isScanComplete() {
    return count.isComplete();
  }

  public long eventsEnqueued() {
    return books.eventsEnqueued();
  }

  public long filesExpired() {
    return books.filesExpired();
  }

  /** One piece of the background count, for tests that own the order of things. */
  boolean countOnce() {
    return walk.step();
  }

  /** Lets go of the folder. What is being saved or retried is finished by its thread. */
  @Override
  public void close() throws IOException {
    closed = true;
    walk.close();
    stock.close();
    lock.close();
  }
}
