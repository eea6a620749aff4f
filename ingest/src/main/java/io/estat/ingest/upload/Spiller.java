package io.estat.ingest.upload;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.UploadQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings waiting batches to the dead-letter queue while the store is in the way, so that an outage
 * of any length costs disk and not 503s, also when a put hangs. One thread of its own; it never
 * waits for the uploader.
 */
final class Spiller implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Spiller.class);

  private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long AFTER_REFUSAL_MILLIS = 500;

  private final UploadQueue queue;
  private final Spill spill;
  private final StoreHealth health;
  private final BatchEncoder encoder;
  private final Pause rest;
  private volatile boolean everything;

  /**
   * @param rest what is waited after a refusal; when it is over, so is the run
   */
  Spiller(UploadQueue queue, Spill spill, StoreHealth health, BatchEncoder encoder, Pause rest) {
    this.queue = queue;
    this.spill = spill;
    this.health = health;
    this.encoder = encoder;
    this.rest = rest;
  }

  /** From now on every batch that waits is taken, whatever the store does. */
  void takeEverything() {
    everything = true;
  }

  @Override
  public void run() {
    try (encoder) {
      while (!rest.isOver()) {
        turn();
      }
    }
  }

  private void turn() {
    try {
      Batch batch = next();
      if (batch == null) {
        queue.awaitChange(queue.depth() == 0 ? REST_NANOS : WATCH_NANOS);
      } else if (!save(batch)) {
        rest.forMillis(AFTER_REFUSAL_MILLIS);
      }
    } catch (InterruptedException e) {
      // Nobody ends this thread so; it goes on until it is told to rest.
    }
  }

  private @Nullable Batch next() throws InterruptedException {
    if (everything) {
      return queue.take(0);
    }
    return health.isInTheWay() ? queue.takeIfFull() : null;
  }

  private boolean save(Batch batch) {
    try {
      return spill.save(batch, encoder);
    } catch (RuntimeException | Error e) {
      LOG.error("{} could not be compressed; trying the JDK's zlib", batch.name(), e);
    }
    try {
      return spill.saveWithZlib(batch);
    } catch (RuntimeException | Error e) { // nobody else has this batch: this thread must go on
      LOG.error("{} could not be spilled and stays in memory", batch.name(), e);
      queue.putBack(batch);
      return false;
    }
  }
}
