package io.estat.ingest.upload;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.UploadQueue;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.DlqRefusedException;
import io.estat.jsonl.GzipEngine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way from memory to the dead-letter queue. What the folder does not take stays in memory, is
 * the oldest of the queue again, and new events are refused once memory is full. Thread-safe.
 */
final class Spill {
  private static final int ZLIB_LEVEL = 1;

  private final DeadLetterQueue dlq;
  private final UploadQueue queue;
  private final UploadMetrics metrics;
  private volatile @Nullable String refusal;

  Spill(DeadLetterQueue dlq, UploadQueue queue, UploadMetrics metrics) {
    this.dlq = dlq;
    this.queue = queue;
    this.metrics = metrics;
  }

  /** Compresses and saves a batch in hand; as {@link #save(Batch, DeadLetterQueue.Body)}. */
  boolean save(Batch batch, BatchEncoder encoder) {
    return save(batch, out -> BatchEncoder.summary(batch, encoder.encode(batch, out::write)));
  }

  /** The same for a batch that the engine in use cannot compress: the JDK's own can. */
  boolean saveWithZlib(Batch batch) {
    try (var zlib = new BatchEncoder(GzipEngine.zlib(), ZLIB_LEVEL, metrics)) {
      return save(batch, zlib);
    }
  }

  /** Saves a batch in hand; false if it is back in the queue, because the folder refused it. */
  boolean save(Batch batch, DeadLetterQueue.Body body) {
    try {
      dlq.save(batch.name(), body, () -> queue.leave(batch));
      refusal = null;
      return true;
    } catch (DlqRefusedException e) {
      refusal = e.getMessage();
      queue.putBack(batch);
      return false;
    }
  }

  /** The store took a batch: whatever the folder said before is no longer in the way. */
  void notNeeded() {
    refusal = null;
  }

  /** Why the folder takes nothing, if the last save was refused. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }
}
