package io.estat.ingest.upload;

import io.estat.ingest.batch.Budget;
import io.estat.ingest.batch.OutputBuffer;
import io.estat.ingest.batch.UploadQueue;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.jsonl.GzipEngine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The two threads between the upload queue, the store and the dead-letter queue. */
public final class Uploads {
  /** What is left of the time for saving when a put may no longer run. */
  private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final UploadQueue queue;
  private final ObjectSender sender;
  private final Spill spill;
  private final Pause rest = new Pause();
  private final Uploader uploader;
  private final Spiller spiller;
  private final Thread uploaderThread;
  private final Thread spillerThread;
  private long endNanos;

  public Uploads(
      UploadQueue queue,
      Budget budget,
      ObjectSender sender,
      DeadLetterQueue dlq,
      GzipEngine engine,
      int gzipLevel) {
    this.queue = queue;
    this.sender = sender;
    this.spill = new Spill(dlq, queue, sender.metrics());
    this.uploader =
        new Uploader(
            queue,
            sender,
            dlq,
            spill,
            new BatchEncoder(engine, gzipLevel, sender.metrics()),
            new OutputBuffer(budget),
            rest);
    this.spiller =
        new Spiller(
            queue,
            spill,
            sender.health(),
            new BatchEncoder(engine, gzipLevel, sender.metrics()),
            rest);
    this.uploaderThread = Thread.ofPlatform().name("uploader").daemon().unstarted(uploader);
    this.spillerThread = Thread.ofPlatform().name("spiller").daemon().unstarted(spiller);
  }

  /** For tests that cannot wait a second for every retry. */
  void idleAfter(Duration tick) {
    uploader.idleAfter(tick);
  }

  public void start() {
    uploaderThread.start();
    spillerThread.start();
  }

  /** Why new events will soon be refused, if the dead-letter queue's folder takes nothing. */
  public Optional<String> refusal() {
    return spill.refusal();
  }

  /**
   * The shutdown has begun: puts that begin from now on leave time to save what they had.
   *
   * @param nanos when all must be over ({@link System#nanoTime})
   */
  public void endBy(long nanos) {
    endNanos = nanos;
    sender.endPutsBy(nanos - SAVE_NANOS);
  }

  /**
   * Empties the queue, which gets nothing more: into the store as long as there is time, then into
   * the dead-letter queue. After {@link #endBy}, by the same thread.
   *
   * @param spillAtNanos from then on the dead-letter queue comes first ({@link System#nanoTime})
   */
  public void drain(long spillAtNanos) throws InterruptedException {
    uploader.drain();
    queue.close();
    join(uploaderThread, spillAtNanos);
    if (!queue.isEmpty()) {
      uploader.spillTheRest();
      spiller.takeEverything();
      sender.pause().end();
      queue.awaitEmpty(endNanos);
    }
    rest.end();
    queue.wake();
    join(spillerThread, endNanos);
  }

  private static void join(Thread thread, long untilNanos) throws InterruptedException {
    long millis = (untilNanos - System.nanoTime()) / 1_000_000;
    if (millis > 0) {
      thread.join(millis);
    }
  }
}
