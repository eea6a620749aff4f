package io.estat.ingest;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.NameMint;
import io.estat.ingest.batch.Time;
import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import io.estat.ingest.dlq.DlqFolder;
import io.estat.ingest.dlq.RetryOutcome;
import io.estat.ingest.upload.ObjectSender;
import io.estat.ingest.upload.UploadMetrics;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What a person does to a dead-letter queue whose server does not run: the server's own code, under
 * the same lock. Nothing is removed by age or size meanwhile.
 */
public final class DlqReplay implements AutoCloseable {
  private static final int FAILURES_IN_A_ROW = 3;

  private final Ledger ledger = new Ledger();
  private final DeadLetterQueue dlq;
  private final DlqFolder folder;

  /**
   * What a replay came to.
   *
   * @param filesLeft complete files that are still in the folder, for whatever reason
   */
  public record Replayed(Ledger.Cut cut, long filesLeft) {}

  /**
   * Takes the folder.
   *
   * @throws io.estat.ingest.disk.FolderHeldException if a server has it
   */
  public DlqReplay(IngestConfig config, ObjectStore store) throws IOException {
    this(config, store, new FileDisk());
  }

  DlqReplay(IngestConfig config, ObjectStore store, Disk disk) throws IOException {
    var sender = new ObjectSender(store, config.upload(), new UploadMetrics(), Time.system());
    var keepAll =
        new DlqConfig(
            config.dlq().folder(), Optional.empty(), Long.MAX_VALUE, Overflow.BACKPRESSURE);
    dlq =
        DeadLetterQueue.open(
            keepAll, disk, new NameMint("replay").instance(), ledger, Time.system(), sender);
    folder = new DlqFolder(config.dlq().folder(), disk);
  }

  /**
   * Brings file after file into the bucket until none is left to try, or the store fails three
   * times in a row.
   *
   * @param each told the outcome of every attempt
   * @throws IOException if it cannot be found out what is left
   */
  public Replayed replay(Consumer<RetryOutcome> each) throws IOException {
    int failures = 0;
    while (failures < FAILURES_IN_A_ROW) {
      RetryOutcome outcome = dlq.retryOne();
      if (outcome == RetryOutcome.NOTHING_THERE) {
        break;
      }
      failures = outcome == RetryOutcome.STORE_FAILED ? failures + 1 : 0;
      each.accept(outcome);
    }
    var filesLeft = new AtomicLong();
    folder.each(entry -> filesLeft.incrementAndGet());
    return new Replayed(ledger.cut(), filesLeft.get());
  }

  /** Removes one file and its meta; false if it is not there. */
  public boolean remove(BatchName name) {
    return dlq.discard(name);
  }

  @Override
  public void close() throws IOException {
    dlq.close();
  }
}
