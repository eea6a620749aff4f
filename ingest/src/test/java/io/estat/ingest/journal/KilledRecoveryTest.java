package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.Landed;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.ingest.disk.ForgetfulDisk.PowerCut;
import io.estat.ingest.disk.ForwardingDisk;
import io.estat.ingest.upload.UploadSteps;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.ManualClock;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A process is killed, the next one recovers what it left, and then the power goes. */
class KilledRecoveryTest {
  private static final Path JOURNAL = Path.of("/journal");
  private static final Path DLQ = Path.of("/dlq");

  private final ManualClock clock = new ManualClock(Intake.START);

  private Intake intake() {
    return Intake.withJournal(Intake.limits(100, 100, 4), clock);
  }

  /** Leaves the batch in the journal and, under a name that no sync covers, in the queue. */
  private void killedBeforeTheFolderOfTheQueueIsSynced(ForgetfulDisk disk, FaultyStore store)
      throws Exception {
    var dying =
        new ForwardingDisk(disk) {
          @Override
          public void syncFolder(Path folder) throws IOException {
            if (folder.equals(DLQ)) {
              disk.cutPower();
            }
            super.syncFolder(folder);
          }
        };
    Intake life = intake();
    var batch = EarlierLife.write(JOURNAL, disk, life, "a");
    life.ledger.locked(() -> life.queue.offer(batch));
    store.fail(Fault.UNAVAILABLE);
    var uploads = new UploadSteps(life, DLQ, dying, store);
    try {
      uploads.turn();
    } catch (PowerCut killed) {
      // As it should be.
    }
    assertThat(disk.isOff()).isTrue();
  }

  private void recover(Disk disk, FaultyStore store) throws IOException {
    Intake life = intake();
    try (var uploads = new UploadSteps(life, DLQ, disk, store);
        GzipEncoder encoder = GzipEngine.zlib().encoder(UploadSteps.GZIP_LEVEL)) {
      var recovery =
          new JournalRecovery(
              JOURNAL,
              disk,
              life.names.instance(),
              uploads.dlq,
              GzipEngine.zlib(),
              UploadSteps.GZIP_LEVEL,
              new JournalMetrics(),
              life.time);
      assertThat(recovery.pass(encoder)).as("something left").isFalse();
      for (int i = 0; i < 5; i++) {
        uploads.turn();
        clock.advance(Duration.ofSeconds(61));
      }
    }
  }

  @Test
  void whatAKilledLifeHadSavedOutlivesAPowerCutBehindTheDeletionOfItsJournalFile()
      throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      var bucket = new MemoryStore();
      var store = new FaultyStore(bucket);
      var first = new ForgetfulDisk(seed);
      killedBeforeTheFolderOfTheQueueIsSynced(first, store);
      ForgetfulDisk second = first.nextProcess();
      assertThat(second.names(DLQ)).as("saved").anyMatch(name -> name.endsWith(".jsonl.gz"));
      recover(second, store);
      assertThat(second.names(JOURNAL)).isEmpty();
      store.well();
      recover(second.restart(), store);
      assertThat(Landed.bodies(Landed.lines(bucket, "raw")))
          .as("seed %s", seed)
          .containsExactly("a", "a'");
    }
  }
}
