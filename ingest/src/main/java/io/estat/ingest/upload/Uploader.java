package io.estat.ingest.upload;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchContent;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Ledger.Flow;
import io.estat.ingest.batch.OutputBuffer;
import io.estat.ingest.batch.UploadQueue;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.Destination.Delivery;
import io.estat.ingest.dlq.RetryOutcome;
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
      while (!rest.isOver()) {
        Batch batch = queue.take(idleTickNanos);
        if (batch != null) {
          handle(batch);
        } else if (draining) {
          return;
        } else {
          retryWhileIdle();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Batch batch) throws InterruptedException {
    boolean gone;
    try {
      gone = upload(batch);
    } catch (RuntimeException e) { // nobody else has this batch: it must not end with the thread
      LOG.error("{} could not be uploaded and stays in memory", batch.name(), e);
      queue.putBack(batch);
      gone = false;
    } finally {
      output.clear();
    }
    if (!gone) {
      rest.forMillis(AFTER_REFUSAL_MILLIS);
    } else if (!draining && ++batchesSinceRetry >= BATCHES_PER_RETRY) {
      batchesSinceRetry = 0;
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
    while (!draining && queue.depth() == 0 && retryOne().goOn()) {
      batchesSinceRetry = 0;
    }
  }

  private RetryOutcome retryOne() {
    try {
      return dlq.retryOne();
    } catch (RuntimeException e) { // this thread is the only way to the store
      LOG.error("a file of the dead-letter queue could not be retried", e);
      return RetryOutcome.NOTHING_THERE;
    }
  }
}
