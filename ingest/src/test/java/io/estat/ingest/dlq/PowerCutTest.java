package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The power goes before every single disk operation of what the queue does, with several fates for
 * what was not synced. Afterwards a new life drains the folder into the same bucket.
 */
class PowerCutTest {
  private static final Path FOLDER = Path.of("/dlq");
  private static final long NOW = 1_700_000_000;
  private static final int FATES = 20;

  /** Batches whose save returned, with their events. */
  private final Map<BatchName, Long> saved = new LinkedHashMap<>();

  private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(NOW));
  private Bucket bucket = new Bucket();

  private interface Scenario {
    void run(Life life, ForgetfulDisk disk) throws Exception;
  }

  private static DlqConfig config(long maxBytes) {
    return new DlqConfig(
        FOLDER, Optional.of(Duration.ofHours(24)), maxBytes, DlqConfig.Overflow.EVICT);
  }

  /** Runs the scenario with the power cut before operation 1, 2, ... until it comes through. */
  private void cutEverywhere(long maxBytes, Scenario before, Scenario scenario, Runnable check)
      throws Exception {
    for (int fate = 0; fate < FATES; fate++) {
      boolean cameThrough = false;
      for (int operation = 1; !cameThrough; operation++) {
        saved.clear();
        bucket = new Bucket();
        ForgetfulDisk disk = new ForgetfulDisk(1000L * operation + fate);
        Life life = new Life("a-1", config(maxBytes), disk, clock, bucket);
        before.run(life, disk);
        disk.cutPowerBefore(disk.operations() + operation);
        try {
          scenario.run(life, disk);
          cameThrough = true;
        } catch (ForgetfulDisk.PowerCut cut) {
          life.assertBalanced();
        }
        recover(disk.restart(), maxBytes);
        check.run();
      }
    }
  }

  private void recover(ForgetfulDisk disk, long maxBytes) throws Exception {
    bucket.failing = false;
    try (Life next = new Life("a-2", config(maxBytes), disk, clock, bucket)) {
      for (int pass = 0; pass < 3; pass++) {
        next.drain();
        clock.advance(Duration.ofSeconds(61));
      }
      assertThat(disk.names(FOLDER)).as("left in the folder").isEmpty();
      assertThat(next.ledger.cut().inDlq()).isZero();
    }
  }

  private BatchName save(Life life, long events) throws DlqRefusedException {
    BatchName name = life.save(NOW, events);
    saved.put(name, events);
    return name;
  }

  private void allSavedAreInTheBucketOnce() {
    for (var batch : saved.entrySet()) {
      String key = batch.getKey().key("raw");
      assertThat(bucket.objects).containsKey(key);
      assertThat(bucket.lines(key))
          .isEqualTo(Batches.lines(batch.getKey().text(), batch.getValue()).lines().toList());
    }
    for (var object : bucket.objects.entrySet()) {
      assertThat(object.getValue().summary.events())
          .as("whole, whether or not its save returned: %s", object.getKey())
          .isEqualTo(object.getValue().lines().size())
          .isEqualTo(7);
    }
  }

  @Test
  void leavesAWholeFileOrNoneWhereverASaveIsCut() throws Exception {
    cutEverywhere(
        1 << 20,
        (life, disk) -> {},
        (life, disk) -> {
          save(life, 7);
          save(life, 7);
        },
        this::allSavedAreInTheBucketOnce);
  }

  @Test
  void losesNothingWhereverARetryIsCut() throws Exception {
    cutEverywhere(
        1 << 20,
        (life, disk) -> {
          save(life, 7);
          save(life, 7);
        },
        (life, disk) -> life.drain(),
        this::allSavedAreInTheBucketOnce);
  }

  @Test
  void quarantinesAndSalvagesTheSameWhereverItIsCut() throws Exception {
    cutEverywhere(
        1 << 20,
        (life, disk) -> {
          BatchName name = save(life, 400);
          Path file = FOLDER.resolve(name + ".jsonl.gz");
          byte[] whole = disk.bytes(file);
          disk.tamper(file, Arrays.copyOf(whole, whole.length - 30));
        },
        (life, disk) -> life.drain(),
        () -> {
          BatchName name = saved.keySet().iterator().next();
          assertThat(bucket.objects).containsOnlyKeys(name.key("raw_dlq"), name.key("raw"));
          assertThat(bucket.lines(name.key("raw")).size()).isBetween(1, 399);
        });
  }

  @Test
  void removesOnlyWhatHadToGoWhereverAnEvictionIsCut() throws Exception {
    // Room for two files; the third save removes the first.
    long fileBytes = Batches.gzip(Batches.lines("1700000000_a-1_0", 7)).length;
    cutEverywhere(
        2 * fileBytes + 20,
        (life, disk) -> {
          life.save(NOW - 100, 7);
          save(life, 7);
        },
        (life, disk) -> {
          save(life, 7);
          assertThat(life.dlq.filesExpired()).isEqualTo(1);
        },
        this::allSavedAreInTheBucketOnce);
  }

  @Test
  void leavesNoTraceOfASaveThatFailedAtAnyOperation() throws Exception {
    int refusals = 0;
    boolean cameThrough = false;
    for (int operation = 1; !cameThrough; operation++) {
      ForgetfulDisk disk = new ForgetfulDisk(operation);
      Life life = new Life("a-1", config(1 << 20), disk, clock, bucket);
      disk.failAt(disk.operations() + operation);
      try {
        life.save(NOW, 7);
        cameThrough = true;
      } catch (DlqRefusedException e) {
        refusals++;
        assertThat(e.reason()).isEqualTo(DlqRefusedException.Reason.DISK_FAILED);
        assertThat(disk.names(FOLDER)).isEmpty();
        Ledger.Cut cut = life.ledger.cut();
        assertThat(cut.inMemory()).isEqualTo(7);
        assertThat(cut.inDlq()).isZero();
        assertThat(life.dlq.filesCurrent()).isZero();
        assertThat(life.dlq.bytesCurrent()).isZero();
        assertThatCode(() -> life.save(NOW, 7)).doesNotThrowAnyException();
      }
      life.close();
    }
    assertThat(refusals).isGreaterThanOrEqualTo(9);
  }

  @Test
  void keepsTheBooksWhenARetryFailsAtAnyOperation() throws Exception {
    boolean cameThrough = false;
    for (int operation = 1; !cameThrough; operation++) {
      bucket = new Bucket();
      ForgetfulDisk disk = new ForgetfulDisk(operation);
      Life life = new Life("a-1", config(1 << 20), disk, clock, bucket);
      BatchName corrupt = life.save(NOW, 400);
      life.save(NOW, 7);
      Path file = FOLDER.resolve(corrupt + ".jsonl.gz");
      byte[] whole = disk.bytes(file);
      disk.tamper(file, Arrays.copyOf(whole, whole.length - 30));
      long before = disk.operations();
      disk.failAt(before + operation);
      for (int pass = 0; pass < 4; pass++) {
        life.drain();
        clock.advance(Duration.ofSeconds(61));
      }
      Ledger.Cut cut = life.ledger.cut();
      assertThat(cut.reuploaded() + cut.quarantined()).isEqualTo(407);
      assertThat(cut.inDlq()).isZero();
      assertThat(life.dlq.filesCurrent()).isZero();
      assertThat(life.dlq.bytesCurrent()).isZero();
      assertThat(disk.names(FOLDER)).isEmpty();
      cameThrough = disk.operations() < before + operation;
      life.close();
    }
  }
}
