package io.estat.ingest.upload;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchContent;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Ledger.Flow;
import io.estat.ingest.batch.OutputBuffer;
import io.estat.ingest.batch.UploadQueue;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.Destination.Delivery;
import io.estat.jsonl.GzipSummary;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the oldest batch of the queue, compresses it, puts it; what the store does not take goes to
 * the dead-letter queue. When nothing waits, one file of the dead-letter queue is retried. One
 * thread of its own.
 */
final class Uploader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

  private static final long IDLE_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long AFTER_REFUSAL_MILLIS = 500;

  /** Under constant load the dead-letter queue still gets one turn in so many batches. */
  private static final int BATCHES_PER_RETRY = 10;

  private final UploadQueue queue;
  private final ObjectSender sender;
  private final DeadLetterQueue dlq;
  private final Spill spill;
  private final BatchEncoder encoder;
  private final OutputBuffer output;
  private final Pause rest;

  private int batchesSinceRetry;
  private boolean retryAtOnce;
  private volatile long idleTickNanos = IDLE_TICK_NANOS;
  private volatile boolean draining;
  private volatile boolean spilling;

  /**
   * @param rest what is waited after a refusal; when it is over, so is the run
   */
  Uploader(
      UploadQueue queue,
      ObjectSender sender,
      DeadLetterQueue dlq,
      Spill spill,
      BatchEncoder encoder,
      OutputBuffer output,
      Pause rest) {
    this.queue = queue;
    this.sender = sender;
    this.dlq = dlq;
    this.spill = spill;
    this.encoder = encoder;
    this.output = output;
    this.rest = rest;
  }

  /** How long nothing must have come before the dead-letter queue gets a turn. */
  void idleAfter(Duration tick) {
    idleTickNanos = tick.toNanos();
  }

  /** From now on the dead-letter queue is left alone; the run ends when the queue is empty. */
  void drain() {
    draining = true;
  }

  /** From now on what waits goes to the dead-letter queue, and is put only if that refuses. */
  void spillTheRest() {
    spilling = true;
  }

  @Override
  public void run() {
    try (encoder) {
      while (!rest.isOver() && !(draining && queue.isEmpty())) {
        turn();
      }
    }
  }

  /** One batch, or one file of the dead-letter queue while nothing waits. */
  void turn() {
    try {
      // A batch a second would leave no idle tick: while the store takes things, gaps are used.
      Batch batch = queue.take(retryAtOnce && !draining ? 0 : idleTickNanos);
      if (batch != null) {
        handle(batch);
      } else {
        retryWhileIdle();
      }
    } catch (InterruptedException e) {
      // Nobody ends this thread so: it is what a timed-out call to the store left behind.
    }
  }

  private void handle(Batch batch) throws InterruptedException {
    boolean gone;
    try {
      gone = upload(batch);
    } catch (RuntimeException | Error e) { // nobody else has this batch: this thread must go on
      LOG.error("{} could not be uploaded and stays in memory", batch.name(), e);
      queue.putBack(batch);
      gone = false;
    } finally {
      output.clear();
    }
    if (!gone) {
      rest.forMillis(AFTER_REFUSAL_MILLIS);
    } else if (!draining && ++batchesSinceRetry >= BATCHES_PER_RETRY) {
      retryOne();
    }
  }

  /** Returns false if the batch is in the queue again. */
  private boolean upload(Batch batch) {
    GzipSummary gzip;
    try {
      gzip = encoder.encode(batch, output::append);
    } catch (IOException | RuntimeException e) {
      LOG.error("{} could not be compressed; its lines go to DLQ_PREFIX", batch.name(), e);
      return quarantine(batch);
    }
    BatchSummary summary = BatchEncoder.summary(batch, gzip);
    BatchContent content = output.content(gzip.gzipCrc32());
    boolean refused = spill.refusal().isPresent();
    boolean put = !spilling || refused;
    if (put && sender.send(batch, content, summary, refused) instanceof Delivery.Stored) {
      queue.finish(batch, Flow.STORED);
      spill.notNeeded();
      retryAtOnce = true;
      return true;
    }
    return spill.save(
        put ? batch.tried() : batch,
        out -> {
          try (InputStream in = content.open()) {
            in.transferTo(out);
          }
          return summary;
        });
  }

  private boolean quarantine(Batch batch) {
    var crc = new CRC32();
    batch.lines().forEach(slab -> crc.update(slab.written()));
    int crc32 = (int) crc.getValue();
    var content = new BatchContent(batch.lines(), batch.bytes(), crc32);
    var summary =
        new BatchSummary(batch.events(), batch.bytes(), crc32, batch.firstTs(), batch.lastTs());
    if (!spilling
        && sender.sendUnpacked(batch.name(), content, summary) instanceof Delivery.Stored) {
      queue.finish(batch, Flow.QUARANTINED);
      return true;
    }
    return spill.saveWithZlib(batch);
  }

  /** A tick follows at once while the queue stays empty and there is something to do. */
  private void retryWhileIdle() {
    boolean more = true;
    while (more && !draining && queue.depth() == 0) {
      more = retryOne();
    }
  }

  /** Whether another attempt may follow at once. */
  private boolean retryOne() {
    batchesSinceRetry = 0;
    retryAtOnce = false;
    try {
      retryAtOnce = dlq.retryOne().goOn();
      return retryAtOnce;
    } catch (RuntimeException | Error e) { // the file stays where it is; the thread must, too
      LOG.error("a file of the dead-letter queue could not be retried", e);
      return false;
    }
  }
}
