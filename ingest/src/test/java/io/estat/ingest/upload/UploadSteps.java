package io.estat.ingest.upload;

import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.OutputBuffer;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The real way from the upload queue to bucket and DLQ, one step at a time on the test's thread.
 */
public final class UploadSteps implements AutoCloseable {
  public static final int GZIP_LEVEL = 1;

  public final DeadLetterQueue dlq;
  private final Uploader uploader;
  private final BatchEncoder encoder;

  public UploadSteps(Intake intake, Path dlqFolder, Disk disk, ObjectStore store)
      throws IOException {
    var metrics = new UploadMetrics();
    var config = new UploadConfig("raw", "raw_dlq", Duration.ofSeconds(3), 1, GZIP_LEVEL);
    var sender = new ObjectSender(store, config, metrics, intake.time);
    dlq =
        DeadLetterQueue.open(
            new DlqConfig(dlqFolder, Optional.empty(), 1L << 30, Overflow.BACKPRESSURE),
            disk,
            intake.names.instance(),
            intake.ledger,
            intake.time,
            sender);
    encoder = new BatchEncoder(GzipEngine.zlib(), GZIP_LEVEL, metrics);
    var noRest = new Pause();
    noRest.end();
    uploader =
        new Uploader(
            intake.queue,
            sender,
            dlq,
            new Spill(dlq, intake.queue, metrics),
            encoder,
            new OutputBuffer(intake.budget),
            noRest);
    uploader.idleAfter(Duration.ZERO);
  }

  /** One batch, or one file of the DLQ while nothing waits. */
  public void turn() {
    uploader.turn();
  }

  @Override
  public void close() throws IOException {
    encoder.close();
    dlq.close();
  }
}
