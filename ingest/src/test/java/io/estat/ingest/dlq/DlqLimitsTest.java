package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.ingest.dlq.DlqConfig.Overflow;
import io.estat.ingest.dlq.DlqRefusedException.Reason;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What goes by age and size, what does not, and what happens when there is no room. */
class DlqLimitsTest extends DlqFixture {
  @Test
  void removesWhatIsOlderThanTheLimitAndCountsFilesAndEvents() throws Exception {
    BatchName old = old((NOW - 86_401) + "_x_1", 5);
    try (Life life = life("a-1")) {
      BatchName own = life.save(NOW - 86_399, 3);
      bucket.failing = true;
      assertThat(life.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      assertThat(names()).containsExactly(own + ".jsonl.gz", own + ".jsonl.gz.meta.json");
      assertThat(logged()).contains("WARN DLQ capacity → removed=" + old + ".jsonl.gz");
      assertThat(life.dlq.filesExpired()).isEqualTo(1);
      assertThat(life.ledger.cut().expired()).isEqualTo(5);
      assertThat(life.ledger.cut().recovered()).isEqualTo(5);

      clock.advance(Duration.ofSeconds(2));
      life.retry();
      life.assertBalanced();
      assertThat(names()).isEmpty();
      assertThat(life.dlq.filesExpired()).isEqualTo(2);
      assertThat(life.ledger.cut().expired()).isEqualTo(8);
      assertThat(life.ledger.cut().inDlq()).isZero();
      assertThat(life.dlq.filesCurrent()).isZero();
    }
  }

  @Test
  void removesNothingByAgeInTheHourAfterTheClockWasStepped() throws Exception {
    try (Life life = life("a-1")) {
      life.save(NOW, 3);
      bucket.failing = true;
      life.retry();
      clock.step(Duration.ofDays(400));
      life.retry();
      clock.advance(Duration.ofMinutes(59));
      life.retry();
      life.retry();
      assertThat(life.dlq.filesExpired()).isZero();
      clock.advance(Duration.ofMinutes(2));
      life.retry();
      assertThat(life.dlq.filesExpired()).isEqualTo(1);
    }
  }

  @Test
  void trustsAClockThatIsOnlySlewed() throws Exception {
    try (Life life = life("a-1")) {
      life.save(NOW - 86_000, 3);
      bucket.failing = true;
      for (int i = 0; i < 50; i++) {
        clock.advance(Duration.ofSeconds(10));
        clock.step(Duration.ofSeconds(4));
        life.retry();
      }
      assertThat(life.dlq.filesExpired()).isEqualTo(1);
    }
  }

  @Test
  void evictsTheOldestToMakeRoom() throws Exception {
    maxBytes = 1000;
    try (Life life = life("a-1")) {
      List<BatchName> saved = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        saved.add(life.save(NOW + i, 5));
        assertThat(life.dlq.bytesCurrent()).isLessThanOrEqualTo(1000);
      }
      List<String> left = names().stream().filter(name -> name.endsWith(".gz")).toList();
      int kept = left.size();
      assertThat(kept).isBetween(5, 29);
      assertThat(left)
          .isEqualTo(saved.subList(30 - kept, 30).stream().map(n -> n + ".jsonl.gz").toList());
      assertThat(life.dlq.filesExpired()).isEqualTo(30 - kept);
      assertThat(life.ledger.cut().expired()).isEqualTo(5L * (30 - kept));
      assertThat(life.dlq.filesCurrent()).isEqualTo(kept);
    }
  }

  @Test
  void removesNothingAndRefusesUnderBackpressure() throws Exception {
    maxBytes = 1000;
    overflow = Overflow.BACKPRESSURE;
    maxAge = java.util.Optional.of(Duration.ofHours(1));
    try (Life life = life("a-1")) {
      int saved = 0;
      DlqRefusedException refused = null;
      while (refused == null) {
        try {
          life.save(NOW + saved, 5);
          saved++;
        } catch (DlqRefusedException e) {
          refused = e;
        }
      }
      assertThat(refused.reason()).isEqualTo(Reason.FULL);
      assertThat(refused).hasMessageContaining("DLQ_MAX_SIZE_BYTES=1000");
      assertThat(logged()).anyMatch(l -> l.startsWith("ERROR local DLQ save failed: DLQ_MAX"));
      assertThat(names()).hasSize(2 * saved);
      assertThat(life.ledger.cut().inMemory()).isEqualTo(5);
      assertThat(life.ledger.cut().inDlq()).isEqualTo(5L * saved);
      clock.advance(Duration.ofDays(30));
      life.retry();
      assertThat(life.dlq.filesExpired()).isZero();

      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      life.save(NOW, 5);
    }
  }

  @Test
  void takesSavesAgainAfterSomebodyMadeRoomByHand() throws Exception {
    maxBytes = 150;
    overflow = Overflow.BACKPRESSURE;
    try (Life life = life("a-1")) {
      BatchName name = life.save(NOW, 5);
      while (!life.dlq.isScanComplete()) {
        life.dlq.countOnce();
      }
      assertThatThrownBy(() -> life.save(NOW, 5)).isInstanceOf(DlqRefusedException.class);
      Files.delete(data(name));
      assertThatThrownBy(() -> life.save(NOW, 5)).isInstanceOf(DlqRefusedException.class);
      // Being full makes it count once more.
      life.dlq.countOnce();
      life.save(NOW, 5);
      assertThat(life.dlq.filesCurrent()).isEqualTo(1);
    }
  }

  @Test
  void refusesABatchThatWouldNotFitAlone() throws Exception {
    maxBytes = 200;
    try (Life life = life("a-1")) {
      BatchName kept = life.save(NOW, 5);
      DlqRefusedException e =
          catchThrowableOfType(DlqRefusedException.class, () -> life.save(NOW, 1000));
      assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(names()).containsExactly(kept + ".jsonl.gz", kept + ".jsonl.gz.meta.json");
    }
  }

  @Test
  void evictsOnAFullDiskUntilTheBatchFits() throws Exception {
    disk = new ForgetfulDisk(1).capacity(3000);
    try (Life life = life("a-1")) {
      for (int i = 0; i < 100; i++) {
        life.save(NOW + i, 5);
      }
      assertThat(life.dlq.filesExpired()).isBetween(85L, 99L);
      assertThat(life.ledger.cut().inMemory()).isZero();
      life.drain();
      assertThat(bucket.objects).containsKey(BatchName.of(NOW + 99, "a-1", 99).key("raw"));
    }
  }

  @Test
  void refusesOnAFullDiskUnderBackpressureAndKeepsTheBatchWhereItWas() throws Exception {
    disk = new ForgetfulDisk(1).capacity(1000);
    overflow = Overflow.BACKPRESSURE;
    try (Life life = life("a-1")) {
      DlqRefusedException refused = null;
      long saved = 0;
      while (refused == null) {
        try {
          life.save(NOW, 5);
          saved++;
        } catch (DlqRefusedException e) {
          refused = e;
        }
      }
      assertThat(refused.reason()).isEqualTo(Reason.NO_SPACE);
      assertThat(saved).isPositive();
      assertThat(life.ledger.cut().inMemory()).isEqualTo(5);
      assertThat(((ForgetfulDisk) disk).names(folder)).hasSize((int) (2 * saved));
      assertThat(logged()).contains("ERROR local DLQ save failed: No space left on device");
    }
  }

  @Test
  void refusesOnADiskThatIsFullOfOtherThings() throws Exception {
    disk = new ForgetfulDisk(1).capacity(10);
    try (Life life = life("a-1")) {
      DlqRefusedException e =
          catchThrowableOfType(DlqRefusedException.class, () -> life.save(NOW, 5));
      assertThat(e.reason()).isEqualTo(Reason.NO_SPACE);
      assertThat(((ForgetfulDisk) disk).names(folder)).isEmpty();
      assertThat(life.ledger.cut().inMemory()).isEqualTo(5);
    }
  }

  @Test
  void neverEvictsAFileUnderItsRetry() throws Exception {
    maxBytes = 250;
    CountDownLatch uploading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    bucket.beforeEach =
        () -> {
          uploading.countDown();
          try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (Life life = life("a-1")) {
      BatchName retried = life.save(NOW, 5);
      RetryOutcome[] outcome = new RetryOutcome[1];
      Thread retrying = Thread.ofPlatform().start(() -> outcome[0] = life.dlq.retryOne());
      assertThat(uploading.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 1; i < 10; i++) {
        life.save(NOW + i, 5);
        assertThat(Files.exists(data(retried))).isTrue();
      }
      clock.advance(Duration.ofDays(2));
      goOn.countDown();
      retrying.join();
      assertThat(outcome[0]).isEqualTo(RetryOutcome.REUPLOADED);
      // Twice: a file whose save was under way when the window was read comes with the next one.
      life.drain();
      life.drain();
      life.assertBalanced();
      Ledger.Cut cut = life.ledger.cut();
      assertThat(cut.reuploaded()).isEqualTo(5);
      assertThat(cut.expired()).isEqualTo(45);
      assertThat(names()).isEmpty();
      assertThat(life.dlq.filesCurrent()).isZero();
    }
  }

  @Test
  void warnsOfAClassOfFailuresOnceAMinuteWithTheirNumber() throws Exception {
    maxBytes = 10;
    overflow = Overflow.BACKPRESSURE;
    try (Life life = life("a-1")) {
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> life.save(NOW, 5)).isInstanceOf(DlqRefusedException.class);
      }
      clock.advance(Duration.ofSeconds(61));
      assertThatThrownBy(() -> life.save(NOW, 5)).isInstanceOf(DlqRefusedException.class);
      assertThat(logged())
          .filteredOn(line -> line.contains("local DLQ save failed"))
          .hasSize(2)
          .last()
          .asString()
          .endsWith("(4 more like this since the last line)");
    }
  }
}
