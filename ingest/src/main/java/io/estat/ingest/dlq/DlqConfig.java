package io.estat.ingest.dlq;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The dead-letter queue's settings.
 *
 * @param folder {@code DLQ_DIR}; made if missing
 * @param maxAge {@code DLQ_MAX_AGE}, from the time in a file's name; empty: no limit
 * @param maxBytes {@code DLQ_MAX_SIZE_BYTES}, over the gzip files, their meta files not counted
 * @param overflow {@code DLQ_OVERFLOW}
 */
public record DlqConfig(Path folder, Optional<Duration> maxAge, long maxBytes, Overflow overflow) {
  /** What happens when {@code maxBytes} are used up or the disk is full. */
  public enum Overflow {
    /** The oldest files make room for the new one. */
    EVICT,
    /** Nothing is removed; the save is refused. */
    BACKPRESSURE
  }
}
