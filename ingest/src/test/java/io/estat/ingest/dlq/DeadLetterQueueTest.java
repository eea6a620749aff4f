package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.disk.FileDisk;
import io.estat.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterQueueTest {
  private static final long NOW = 1_700_000_000;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(NOW));
  private final Bucket bucket = new Bucket();

  private Life life(String instance) throws Exception {
    DlqConfig config =
        new DlqConfig(
            folder, Optional.of(Duration.ofHours(24)), 1L << 30, DlqConfig.Overflow.EVICT);
    return new Life(instance, config, new FileDisk(), clock, bucket);
  }

  private Stream<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList().stream();
    }
  }

  @Test
  void bringsWhatWasSavedIntoTheBucketUnderItsOwnName() throws Exception {
    try (Life life = life("a-1")) {
      BatchName name = life.save(NOW, 3);
      assertThat(names())
          .containsExactlyInAnyOrder(".lock", name + ".jsonl.gz", name + ".jsonl.gz.meta.json");
      assertThat(life.ledger.cut().inDlq()).isEqualTo(3);
      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      assertThat(bucket.objects).containsOnlyKeys(name.key("raw"));
      assertThat(bucket.linesIn("raw")).isEqualTo(3);
      assertThat(life.retry()).isEqualTo(RetryOutcome.NOTHING_THERE);
      assertThat(names()).containsExactly(".lock");
      Ledger.Cut cut = life.ledger.cut();
      assertThat(cut.reuploaded()).isEqualTo(3);
      assertThat(cut.inDlq()).isZero();
      assertThat(life.dlq.eventsEnqueued()).isEqualTo(3);
      assertThat(life.dlq.filesCurrent()).isZero();
      assertThat(life.dlq.bytesCurrent()).isZero();
    }
  }

  @Test
  void countsAFileOfAnEarlierLifeAsRecoveredWhenItIsFirstOpened() throws Exception {
    try (Life first = life("a-1")) {
      first.save(NOW, 5);
    }
    try (Life second = life("a-2")) {
      assertThat(second.ledger.cut().inDlq()).isZero();
      bucket.failing = true;
      assertThat(second.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      assertThat(second.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      assertThat(second.ledger.cut().recovered()).isEqualTo(5);
      assertThat(second.ledger.cut().inDlq()).isEqualTo(5);
      bucket.failing = false;
      assertThat(second.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      assertThat(second.ledger.cut().recovered()).isEqualTo(5);
      assertThat(second.ledger.cut().inDlq()).isZero();
    }
  }
}
