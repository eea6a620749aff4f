package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.http.EventLine;
import io.estat.ingest.http.HttpConfig;
import java.time.Duration;

/**
 * What each value alone cannot show: whether they fit together. Tells {@link Values} what does not.
 */
final class WholeCheck {
  private static final Duration SAVING = Duration.ofSeconds(5);

  /** The body and its line, every byte of it escaped. */
  private static final int LINE_BUFFERS_PER_BODY_BYTE = 7;

  private final Values values;

  WholeCheck(Values values) {
    this.values = values;
  }

  void check(IngestConfig config) {
    if (config.upload().rawPrefix().equals(config.upload().quarantinePrefix())) {
      values.problem("RAW_PREFIX and DLQ_PREFIX are the same; quarantine needs a place of its own");
    }
    Duration timeout = config.shutdownTimeout();
    if (config.drainDelay().plus(SAVING).compareTo(timeout) >= 0) {
      values.problem(
          DRAIN_DELAY,
          values.text(DRAIN_DELAY),
          DRAIN_DELAY.allowed()
              + ", and less than SHUTDOWN_TIMEOUT="
              + values.text(SHUTDOWN_TIMEOUT)
              + " less 5s");
    }
    if (config.upload().timeout().compareTo(timeout.minus(SAVING)) > 0) {
      values.problem(
          S3_TIMEOUT,
          values.text(S3_TIMEOUT),
          S3_TIMEOUT.allowed() + ", which is " + values.text(SHUTDOWN_TIMEOUT));
    }
    BatchLimits batch = config.batch();
    long worst = EventLine.worstLineBytes(config.http().maxBodyBytes(), config.line());
    if (worst > batch.batchBytes()) {
      values.problem(
          "BATCH_MAX_BYTES="
              + batch.batchBytes()
              + ": the longest line that MAX_BODY_SIZE="
              + config.http().maxBodyBytes()
              + " and 32 KiB of headers can make has "
              + worst
              + " bytes and must fit a batch");
    }
    checkLineBuffers(config.http());
    if (batch.budgetBytes() < 3L * batch.batchBytes()) {
      values.problem(
          "MEMORY_BUDGET_BYTES="
              + batch.budgetBytes()
              + ": three batches of BATCH_MAX_BYTES="
              + batch.batchBytes()
              + " must fit, "
              + 3L * batch.batchBytes()
              + " bytes");
    }
  }

  /** Each event loop keeps a buffer for the longest line it has seen, on the heap. */
  private void checkLineBuffers(HttpConfig http) {
    long buffers = (long) http.ioThreads() * LINE_BUFFERS_PER_BODY_BYTE * http.maxBodyBytes();
    long room = Runtime.getRuntime().maxMemory() / 3;
    if (buffers > room) {
      values.problem(
          "IO_THREADS="
              + http.ioThreads()
              + " with MAX_BODY_SIZE="
              + http.maxBodyBytes()
              + ": the loops' line buffers may take "
              + buffers
              + " bytes, and a third of the heap is "
              + room
              + "; lower one of them, or give more heap with ESTAT_JAVA_OPTS=-Xmx256m");
    }
  }
}
