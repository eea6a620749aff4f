package io.estat.ingest;

import io.estat.ingest.batch.OpenBatch;
import io.estat.ingest.batch.UploadQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks ten times a second whether the open batch is due, also when no further event comes. */
final class CollectorTimer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CollectorTimer.class);
  private static final long PERIOD_MILLIS = 100;

  private final OpenBatch openBatch;
  private final UploadQueue queue;
  private final DropWarning drops;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("collector").factory());

  CollectorTimer(OpenBatch openBatch, UploadQueue queue, DropWarning drops) {
    this.openBatch = openBatch;
    this.queue = queue;
    this.drops = drops;
  }

  void start() {
    var _ =
        timer.scheduleAtFixedRate(this::tick, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      openBatch.tick(queue.isFull());
      drops.look();
    } catch (RuntimeException | Error e) { // would end the timer, and batches would stay open
      LOG.error("the open batch could not be looked at; next try in 100 ms", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
