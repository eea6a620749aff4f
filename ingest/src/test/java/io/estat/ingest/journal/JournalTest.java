package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.disk.FolderHeldException;
import io.estat.ingest.disk.ForwardingDisk;
import io.estat.ingest.upload.UploadSteps;
import io.estat.jsonl.GzipEngine;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.ManualClock;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Intake.START);
  private final Intake intake = Intake.withJournal(Intake.limits(100, 100, 4), clock);

  /** A disk that takes long to open a journal file. */
  private static final class SlowDisk extends ForwardingDisk {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch opened = new CountDownLatch(1);

    SlowDisk() {
      super(new FileDisk());
    }

    @Override
    public InputStream open(Path file) throws IOException {
      if (file.toString().endsWith(JournalFile.EXTENSION)) {
        asked.countDown();
        try {
          assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts a test", e);
        }
      }
      return super.open(file);
    }
  }

  /** Both would write the same files of the dead-letter queue, and each remove the other's. */
  @Test
  void theFolderIsNoOtherServersAsLongAsItsFilesAreBeingRecovered() throws Exception {
    Path files = folder.resolve("journal");
    var disk = new SlowDisk();
    disk.createFolders(files);
    Batch batch = EarlierLife.write(files, disk, clock, "a");
    try (var uploads =
        new UploadSteps(intake, folder.resolve("dlq"), disk, new FaultyStore(new MemoryStore()))) {
      Journal journal = open(files, disk, uploads);
      journal.start();
      assertThat(disk.asked.await(20, TimeUnit.SECONDS)).isTrue();
      journal.close();
      assertThatThrownBy(() -> open(files, disk, uploads)).isInstanceOf(FolderHeldException.class);
      disk.opened.countDown();
      await().until(() -> !Files.exists(JournalFile.path(files, batch.name())));
    }
  }

  @Test
  void theFolderIsFreeAfterTheEnd() throws Exception {
    Path files = folder.resolve("journal");
    var disk = new FileDisk();
    try (var uploads =
        new UploadSteps(intake, folder.resolve("dlq"), disk, new FaultyStore(new MemoryStore()))) {
      Journal journal = open(files, disk, uploads);
      journal.start();
      journal.close();
      open(files, disk, uploads).close();
    }
  }

  private Journal open(Path files, Disk disk, UploadSteps uploads) throws IOException {
    return Journal.open(
        files,
        disk,
        intake.names.instance(),
        intake.commits,
        uploads.dlq,
        GzipEngine.zlib(),
        1,
        new JournalMetrics(),
        intake.time);
  }
}
