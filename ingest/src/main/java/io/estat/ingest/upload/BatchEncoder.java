package io.estat.ingest.upload;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Slab;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.jsonl.GzipSummary;
import java.io.IOException;

/** Compresses batches, one after the other, on one thread. */
final class BatchEncoder implements AutoCloseable {
  private final GzipEncoder gzip;
  private final UploadMetrics metrics;

  BatchEncoder(GzipEngine engine, int level, UploadMetrics metrics) {
    this.gzip = engine.encoder(level);
    this.metrics = metrics;
  }

  /** One gzip member of all the batch's lines. */
  GzipSummary encode(Batch batch, GzipEncoder.Sink sink) throws IOException {
    long start = System.nanoTime();
    try {
      gzip.begin(sink);
      for (Slab slab : batch.lines()) {
        gzip.write(slab.written());
      }
      GzipSummary summary = gzip.finish();
      metrics.encoded(System.nanoTime() - start);
      return summary;
    } catch (IOException | RuntimeException e) {
      gzip.abandon();
      throw e;
    }
  }

  static BatchSummary summary(Batch batch, GzipSummary gzip) {
    return new BatchSummary(
        batch.events(), gzip.rawBytes(), gzip.rawCrc32(), batch.firstTs(), batch.lastTs());
  }

  @Override
  public void close() {
    gzip.close();
  }
}
