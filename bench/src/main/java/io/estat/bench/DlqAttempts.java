package io.estat.bench;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.Destination;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.storage.ObjectContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/**
 * The dead-letter queue alone, in this process and thread, on a real folder: each attempt finds a
 * file, checks it, has it read once by a store that takes everything, and deletes it. What HTTP and
 * S3 cost is out, so that nothing hides what the number of files does.
 */
final class DlqAttempts implements AutoCloseable {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Arrivals arrivals = new Arrivals();
  private final Ledger ledger = new Ledger();
  private final DeadLetterQueue dlq;

  DlqAttempts(Path folder) throws IOException {
    var config =
        new DlqConfig(folder, Optional.empty(), Long.MAX_VALUE, DlqConfig.Overflow.BACKPRESSURE);
    dlq = DeadLetterQueue.open(config, new FileDisk(), "bench", ledger, Time.system(), arrivals);
    dlq.countInBackground();
  }

  /** Brings so many files there, or as many as there are. */
  Stretch bring(String what, int files) {
    int end = arrivals.stored + files;
    long start = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    int brought = 0;
    int vain = 0;
    while (brought < files && vain < 3) {
      if (dlq.retryOne().goOn()) {
        vain = 0;
        brought = files - (end - arrivals.stored);
      } else {
        vain++; // the end of a pass, behind which the next begins
      }
    }
    return new Stretch(
        what,
        brought,
        Duration.ofNanos(System.nanoTime() - start),
        (THREADS.getCurrentThreadCpuTime() - cpu) / 1000);
  }

  int arrived() {
    return arrivals.stored;
  }

  /** Files that are still there. */
  long left() {
    return dlq.filesCurrent();
  }

  String books() {
    return "%d came twice, reuploaded=%d, files now=%d"
        .formatted(arrivals.again, ledger.cut().reuploaded(), dlq.filesCurrent());
  }

  /** Takes everything, and remembers which it was. */
  private static final class Arrivals implements Destination {
    private final BitSet numbers = new BitSet();
    private long again;
    private int stored;

    @Override
    public Delivery deliver(
        Target target, BatchName name, ObjectContent content, BatchSummary summary) {
      try (InputStream bytes = content.open()) {
        bytes.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      int number = DlqFill.number(name.text() + BatchName.EXTENSION);
      again += numbers.get(number) ? 1 : 0;
      numbers.set(number);
      stored++;
      return new Delivery.Stored(name.text());
    }

    @Override
    public long storedSoFar() {
      return stored;
    }
  }

  @Override
  public void close() throws IOException {
    dlq.close();
  }
}
