package io.estat.ingest;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.NameMint;
import io.estat.ingest.batch.Time;
import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import io.estat.ingest.dlq.RetryOutcome;
import io.estat.ingest.upload.ObjectSender;
import io.estat.ingest.upload.UploadMetrics;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a person does to a dead-letter queue whose server does not run: the server's own code, under
 * the same lock. Nothing is removed by age or size meanwhile.
 */
public final class DlqReplay implements AutoCloseable {
  private static final int FAILURES_IN_A_ROW = 3;

  private final Ledger ledger = new Ledger();
  private final DeadLetterQueue dlq;

  /**
   * Takes the folder.
   *
   * @throws io.estat.ingest.disk.FolderHeldException if a server has it
   */
  public DlqReplay(IngestConfig config, ObjectStore store) throws IOException {
    var sender = new ObjectSender(store, config.upload(), new UploadMetrics(), Time.system());
    var keepAll =
        new DlqConfig(
            config.dlq().folder(), Optional.empty(), Long.MAX_VALUE, Overflow.BACKPRESSURE);
    dlq =
        DeadLetterQueue.open(
            keepAll,
            new FileDisk(),
            new NameMint("replay").instance(),
            ledger,
            Time.system(),
            sender);
  }

  /**
   * Brings file after file into the bucket until none is left to try, or the store fails three
   * times in a row.
   *
   * @param each told the outcome of every attempt
   * @return the books of this run
   */
  public Ledger.Cut replay(Consumer<RetryOutcome> each) {
    int failures = 0;
    while (failures < FAILURES_IN_A_ROW) {
      RetryOutcome outcome = dlq.retryOne();
      if (outcome == RetryOutcome.NOTHING_THERE) {
        break;
      }
      failures = outcome == RetryOutcome.STORE_FAILED ? failures + 1 : 0;
      each.accept(outcome);
    }
    return ledger.cut();
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
