package io.estat.ingest.dlq;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.FileDisk;
import io.estat.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real folder, a manual clock, a bucket in memory, and what was logged. */
abstract class DlqFixture {
  static final long NOW = 1_700_000_000;

  @TempDir Path folder;
  final ManualClock clock = new ManualClock(Instant.ofEpochSecond(NOW));
  final Bucket bucket = new Bucket();
  Disk disk = new FileDisk();
  Optional<Duration> maxAge = Optional.of(Duration.ofHours(24));
  long maxBytes = 1L << 30;
  DlqConfig.Overflow overflow = DlqConfig.Overflow.EVICT;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(DeadLetterQueue.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  Life life(String instance) throws IOException {
    return new Life(
        instance, new DlqConfig(folder, maxAge, maxBytes, overflow), disk, clock, bucket);
  }

  /** Lines as {@code LEVEL text}. */
  List<String> logged() {
    return log.list.stream().map(e -> e.getLevel() + " " + e.getFormattedMessage()).toList();
  }

  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  Path data(BatchName name) {
    return folder.resolve(name + ".jsonl.gz");
  }

  Path meta(BatchName name) {
    return folder.resolve(name + ".jsonl.gz.meta.json");
  }

  /** A file as an earlier life, or another writer, left it. */
  BatchName old(String name, long events) throws IOException {
    return old(name, events, "{\"num_events\":" + events + "}");
  }

  BatchName old(String name, long events, String meta) throws IOException {
    BatchName batch = BatchName.parse(name).orElseThrow();
    Files.write(data(batch), Batches.gzip(Batches.lines(name, events)));
    if (!meta.isEmpty()) {
      Files.write(meta(batch), meta.getBytes(StandardCharsets.UTF_8));
    }
    return batch;
  }

  void cut(BatchName name, int bytes) throws IOException {
    byte[] whole = Files.readAllBytes(data(name));
    Files.write(data(name), java.util.Arrays.copyOf(whole, whole.length - bytes));
  }
}
