package io.estat.ingest.journal;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.GroupCommit;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.Holder;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.jsonl.GzipEngine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The folder in which events are kept from their 200 until their batch is in the store or in the
 * dead-letter queue ({@code ACK=disk}): one file a batch, under its name. {@link JournalWriter}
 * writes this life's files, {@link JournalRecovery} sees to those of earlier lives.
 *
 * <p>The folder is held for this process. Thread-safe.
 */
public final class Journal {
  private static final Duration LAST_DELETIONS = Duration.ofMillis(300);
  private static final Duration LAST_RECOVERY = Duration.ofMillis(300);

  private final Closeable lock;
  private final JournalWriter writer;
  private final JournalRecovery recovery;

  private Journal(Closeable lock, JournalWriter writer, JournalRecovery recovery) {
    this.lock = lock;
    this.writer = writer;
    this.recovery = recovery;
  }

  /**
   * Makes the folder if it is missing and takes it for this process. What lies in it is not looked
   * at before {@link #start}.
   *
   * @param instance this life's part of batch names
   * @param commits what is to be written
   * @param dlq where the batches of earlier lives go
   * @param engine with {@code gzipLevel} the one that this life's batches are compressed with
   * @throws io.estat.ingest.disk.FolderHeldException if another server has it
   * @throws IOException if the folder cannot be made or written to
   */
  public static Journal open(
      Path folder,
      Disk disk,
      String instance,
      GroupCommit commits,
      DeadLetterQueue dlq,
      GzipEngine engine,
      int gzipLevel,
      JournalMetrics metrics,
      Time time)
      throws IOException {
    disk.createFolders(folder);
    Closeable lock =
        disk.lock(folder, Holder.json(instance, Instant.ofEpochMilli(time.wallMillis())));
    return new Journal(
        lock,
        new JournalWriter(folder, disk, commits, metrics, time),
        new JournalRecovery(folder, disk, instance, dlq, engine, gzipLevel, metrics, time));
  }

  public void start() {
    writer.start();
    recovery.start();
  }

  /** The batch is safe elsewhere: its file may go. Does not block. */
  public void release(BatchName name) {
    writer.release(name);
  }

  /** Why events are refused, if they are. */
  public Optional<String> refusal() {
    return writer.refusal();
  }

  /** The shutdown begins: files of earlier lives that are not recovered wait for the next life. */
  public void endRecovery() {
    recovery.end();
  }

  /**
   * Waits until all that was appended is on disk and every batch is on its way, at most so long.
   *
   * @param untilNanos as of {@link System#nanoTime}
   */
  public void awaitWritten(long untilNanos) throws InterruptedException {
    writer.awaitEmpty(untilNanos);
  }

  /**
   * Ends; files whose batches are not safe elsewhere stay for the next life. If one of them is
   * still being recovered the folder is held until the process ends: who recovered it meanwhile
   * would write the same files of the dead-letter queue.
   */
  public void close() throws IOException, InterruptedException {
    recovery.end();
    writer.close(LAST_DELETIONS);
    if (recovery.awaitEnd(LAST_RECOVERY)) {
      lock.close();
    }
  }
}
