package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.disk.FolderHeldException;
import io.estat.ingest.dlq.DeadLetterQueue.Body;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterQueueTest extends DlqFixture {
  @Test
  void bringsWhatWasSavedIntoTheBucketUnderItsOwnName() throws Exception {
    try (Life life = life("a-1")) {
      BatchName name = life.save(NOW, 3);
      assertThat(names()).containsExactly(name + ".jsonl.gz", name + ".jsonl.gz.meta.json");
      assertThat(Files.readString(meta(name)))
          .startsWith("{\"num_events\":3,\"raw_bytes\":")
          .contains("\"raw_crc32\":", "\"first_ts\":", "\"last_ts\":", "\"gzip_bytes\":");
      assertThat(life.ledger.cut().inDlq()).isEqualTo(3);
      assertThat(life.dlq.filesCurrent()).isEqualTo(1);
      assertThat(life.dlq.bytesCurrent()).isEqualTo(Files.size(data(name)));

      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      assertThat(bucket.objects).containsOnlyKeys(name.key("raw"));
      assertThat(bucket.lines(name.key("raw")))
          .isEqualTo(Batches.lines(name.text(), 3).lines().toList());
      assertThat(life.retry()).isEqualTo(RetryOutcome.NOTHING_THERE);
      assertThat(names()).isEmpty();
      Ledger.Cut cut = life.ledger.cut();
      assertThat(cut.reuploaded()).isEqualTo(3);
      assertThat(cut.inDlq()).isZero();
      assertThat(life.dlq.eventsEnqueued()).isEqualTo(3);
      assertThat(life.dlq.filesCurrent()).isZero();
      assertThat(life.dlq.bytesCurrent()).isZero();
      assertThat(logged()).contains("INFO DLQ → RAW success: " + name.key("raw") + " events=3");
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

  @Test
  void showsABatchThatWasSavedWithAWrongCount() throws Exception {
    try (Life life = life("a-1")) {
      BatchName name = life.nextName(NOW);
      life.dlq.save(
          name,
          out -> {
            Batches.body("x", 3).writeTo(out);
            return new io.estat.ingest.batch.BatchSummary(4, 0, 0, NOW, NOW);
          },
          () -> life.ledger.count(Ledger.Flow.ACCEPTED, 4));
      life.dlq.retryOne();
      assertThat(life.ledger.cut().difference()).isEqualTo(1);
    }
  }

  @Test
  void readsTheOlderNamesOfThirteenDigits() throws Exception {
    BatchName name = old("1699999999332", 4);
    try (Life life = life("a-1")) {
      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      assertThat(bucket.objects).containsOnlyKeys("raw/dt=2023-11-14/hr=22/1699999999332.jsonl.gz");
      assertThat(life.ledger.cut().reuploaded()).isEqualTo(4);
      assertThat(Files.exists(meta(name))).isFalse();
    }
  }

  @Test
  void countsTheLinesWhereTheMetaIsMissingOrUnreadable() throws Exception {
    String[] metas = {"", "{", "[]", "{\"num_events\":\"5\"}", "{\"num_events\":-5}", "\0\0"};
    for (int i = 0; i < metas.length; i++) {
      old((NOW - i) + "_x_" + i, 5, metas[i]);
    }
    try (Life life = life("a-1")) {
      life.drain();
      assertThat(life.ledger.cut().recovered()).isEqualTo(5L * metas.length);
      assertThat(life.ledger.cut().reuploaded()).isEqualTo(5L * metas.length);
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void countsTheLinesOfItsOwnFileWhoseMetaSomebodyRemoved() throws Exception {
    try (Life life = life("a-1")) {
      Files.delete(meta(life.save(NOW, 5)));
      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      assertThat(life.ledger.cut().inDlq()).isZero();
    }
  }

  @Test
  void startsAndWorksWhateverLiesInTheFolder() throws Exception {
    Files.createFile(folder.resolve("1700000000_x_1.jsonl.gz"));
    Files.createFile(folder.resolve("1700000000_x_1.jsonl.gz.meta.json"));
    Files.createDirectory(folder.resolve("1700000000_x_2.jsonl.gz"));
    Files.createDirectory(folder.resolve("1700000000_x_2.jsonl.gz.meta.json"));
    Files.createDirectory(folder.resolve("1700000000_x_3.jsonl.gz.tmp"));
    Files.createFile(folder.resolve("1700000000_x_4.jsonl.gz.tmp"));
    Files.createFile(folder.resolve("1700000000_x_5.jsonl.gz.meta.json.tmp"));
    Files.createFile(folder.resolve("1700000000_x_6.jsonl.gz.salvage.tmp"));
    Files.createFile(folder.resolve("1700000000_x_7.jsonl.gz.meta.json"));
    Files.createSymbolicLink(folder.resolve("1700000000_x_8.jsonl.gz"), folder.resolve("nowhere"));
    Files.write(folder.resolve("notes.txt"), List.of("mine"));
    Files.createFile(folder.resolve("somebody.jsonl.gz"));
    Files.createFile(folder.resolve("somebody.jsonl.gz.tmp"));
    Files.createFile(folder.resolve(".hidden"));
    cut(old("1700000001_x_9", 50), 10);
    Files.setPosixFilePermissions(
        data(old("1700000002_x_10", 5)), PosixFilePermissions.fromString("---------"));
    old("1700000003_x_11", 5);
    try (Life life = life("a-1")) {
      life.drain();
      while (life.dlq.countOnce() && !life.dlq.isScanComplete()) {
        life.assertBalanced();
      }
      assertThat(bucket.lines("raw/dt=2023-11-14/hr=22/1700000003_x_11.jsonl.gz")).hasSize(5);
      assertThat(bucket.objects)
          .containsKeys(
              "raw_dlq/dt=2023-11-14/hr=22/1700000000_x_1.jsonl.gz",
              "raw_dlq/dt=2023-11-14/hr=22/1700000001_x_9.jsonl.gz");
      // Who runs as root can read what has no permissions.
      assertThat(names())
          .filteredOn(name -> !name.contains("_x_10"))
          .containsExactlyInAnyOrder(
              "1700000000_x_2.jsonl.gz",
              "1700000000_x_2.jsonl.gz.meta.json",
              "1700000000_x_3.jsonl.gz.tmp",
              "1700000000_x_8.jsonl.gz",
              ".hidden",
              "notes.txt",
              "somebody.jsonl.gz",
              "somebody.jsonl.gz.tmp");
    }
  }

  @Test
  void salvagesTheReadableLinesOfACorruptFileAndKeepsItAsItWas() throws Exception {
    try (Life life = life("a-1")) {
      BatchName name = life.save(NOW, 1000);
      cut(name, 100);
      byte[] corrupt = Files.readAllBytes(data(name));
      assertThat(life.retry()).isEqualTo(RetryOutcome.QUARANTINED);
      Bucket.Stored kept = bucket.object(name.key("raw_dlq"));
      assertThat(kept.bytes).isEqualTo(corrupt);
      assertThat(kept.summary.events()).isEqualTo(1000);
      List<String> salvaged = bucket.lines(name.key("raw"));
      assertThat(salvaged)
          .hasSizeBetween(1, 999)
          .isEqualTo(Batches.lines(name.text(), 1000).lines().limit(salvaged.size()).toList());
      Ledger.Cut cut = life.ledger.cut();
      assertThat(cut.reuploaded()).isEqualTo(salvaged.size());
      assertThat(cut.quarantined()).isEqualTo(1000 - salvaged.size());
      assertThat(cut.inDlq()).isZero();
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void quarantinesAFileWithALineThatIsNotJson() throws Exception {
    BatchName name = BatchName.parse(NOW + "_x_1").orElseThrow();
    Files.write(data(name), Batches.gzip("{\"a\":1}\nnot json\n{\"b\":2}\n"));
    try (Life life = life("a-1")) {
      assertThat(life.retry()).isEqualTo(RetryOutcome.QUARANTINED);
      assertThat(bucket.lines(name.key("raw"))).containsExactly("{\"a\":1}", "{\"b\":2}");
      assertThat(bucket.lines(name.key("raw_dlq"))).hasSize(3);
      assertThat(life.ledger.cut().recovered()).isEqualTo(3);
      assertThat(life.ledger.cut().reuploaded()).isEqualTo(2);
      assertThat(life.ledger.cut().quarantined()).isEqualTo(1);
    }
  }

  @Test
  void triesAFailingFileAgainOnlyAfterAllOthers() throws Exception {
    try (Life life = life("a-1")) {
      BatchName poison = life.save(NOW - 1000, 1);
      bucket.refused.add(poison.text());
      List<BatchName> good = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        good.add(life.save(NOW, 1));
      }
      assertThat(life.retry()).isEqualTo(RetryOutcome.FILE_FAILED);
      for (int i = 0; i < 100; i++) {
        assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      }
      assertThat(bucket.objects.keySet())
          .containsExactlyInAnyOrderElementsOf(good.stream().map(n -> n.key("raw")).toList());
      assertThat(life.ledger.cut().inDlq()).isEqualTo(1);
      bucket.refused.clear();
      life.drain();
      assertThat(life.ledger.cut().inDlq()).isZero();
    }
  }

  @Test
  void filesThatOnlySeemToFailForTheStoreBlockNoOther() throws Exception {
    try (Life life = life("a-1")) {
      for (int i = 0; i < 3; i++) {
        bucket.failingFor.add(life.save(NOW - 1000, 1).text());
      }
      for (int i = 0; i < 10; i++) {
        assertThat(life.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      }
      BatchName ofALaterOutage = life.save(NOW, 1);
      for (int i = 0; i < 30; i++) {
        life.retry();
      }
      assertThat(bucket.objects).containsOnlyKeys(ofALaterOutage.key("raw"));
    }
  }

  @Test
  void goesOnAskingAStoreThatFailsAndDrainsAtOnceWhenItIsWell() throws Exception {
    try (Life life = life("a-1")) {
      for (int i = 0; i < 3; i++) {
        life.save(NOW, 1);
      }
      bucket.failing = true;
      for (int i = 0; i < 50; i++) {
        assertThat(life.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      }
      bucket.failing = false;
      life.drain();
      assertThat(bucket.objects).hasSize(3);
    }
  }

  @Test
  void drainsAtOnceWhenTheStoreTakesWhatOthersBring() throws Exception {
    try (Life life = life("a-1")) {
      life.save(NOW, 1);
      bucket.failing = true;
      for (int i = 0; i < 50; i++) {
        assertThat(life.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      }
      bucket.failing = false;
      bucket.storedByOthers++;
      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
    }
  }

  @Test
  void aStoreThatTakesWhatOthersBringEndsTheRoundsOfWhatItDoesNotTake() throws Exception {
    try (Life life = life("a-1")) {
      BatchName poison = life.save(NOW, 1);
      bucket.failingFor.add(poison.text());
      assertThat(life.retry()).isEqualTo(RetryOutcome.STORE_FAILED);
      for (int i = 0; i < 20; i++) {
        bucket.storedByOthers++;
        life.retry();
      }
      assertThat(bucket.asked.size()).as("tries in no time").isBetween(2, 5);
      assertThat(life.retry()).isEqualTo(RetryOutcome.NOTHING_THERE);
      clock.advance(Duration.ofSeconds(61));
      assertThat(life.retry()).as("after a rest").isEqualTo(RetryOutcome.STORE_FAILED);
    }
  }

  @Test
  void aFileAtWhichTheDeliveryBreaksBlocksNoOther() throws Exception {
    try (Life life = life("a-1")) {
      BatchName poison = life.save(NOW - 1000, 1);
      bucket.breakingAt.add(poison.text());
      BatchName good = life.save(NOW, 1);
      assertThat(life.retry()).isEqualTo(RetryOutcome.FILE_FAILED);
      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
      assertThat(bucket.objects).containsOnlyKeys(good.key("raw"));
      assertThat(logged()).anyMatch(l -> l.startsWith("WARN") && l.contains(poison.text()));
    }
  }

  @Test
  void refusesAFolderThatAnotherHolds() throws Exception {
    try (Life life = life("a-1")) {
      assertThatThrownBy(() -> life("a-2"))
          .isInstanceOf(FolderHeldException.class)
          .hasMessageContaining("\"pid\":" + ProcessHandle.current().pid())
          .hasMessageContaining("\"instance\":\"a-1\"")
          .hasMessageContaining("\"host\":");
      life.save(NOW, 1);
    }
    life("a-2").close();
  }

  @Test
  void makesItsFolderAgainWhenACleanerTookIt() throws Exception {
    Path parent = folder;
    folder = parent.resolve("dlq");
    try (Life life = life("a-1")) {
      Files.delete(folder.resolve(".lock"));
      Files.delete(folder);
      assertThat(life.retry()).isEqualTo(RetryOutcome.NOTHING_THERE);
      life.save(NOW, 1);
      assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
    }
  }

  @Test
  void tellsAFolderInMemoryFromOneOnDisk() throws Exception {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "dlq");
    try (Life life = life("a-1")) {
      assertThat(life.dlq.isInMemory()).isTrue();
    } finally {
      Files.delete(folder.resolve(".lock"));
      Files.delete(folder);
    }
  }

  @Test
  void leavesTheFilesOfASaveInFlightAlone() throws Exception {
    try (Life life = life("a-1")) {
      BatchName name = life.nextName(NOW);
      List<RetryOutcome> meanwhile = new ArrayList<>();
      life.ledger.locked(() -> life.ledger.count(Ledger.Flow.ACCEPTED, 5));
      life.dlq.save(
          name,
          out -> {
            var summary = Batches.body(name.text(), 5).writeTo(out);
            meanwhile.add(life.dlq.retryOne());
            return summary;
          },
          () -> {
            clock.advance(Duration.ofDays(3));
            meanwhile.add(life.dlq.retryOne());
          });
      assertThat(meanwhile).containsOnly(RetryOutcome.NOTHING_THERE);
      life.assertBalanced();
      assertThat(life.ledger.cut().inDlq()).isEqualTo(5);
      assertThat(names()).hasSize(2);
    }
  }

  @Test
  void leavesNoTraceOfASaveThatABugBroke() throws Exception {
    try (Life life = life("a-1")) {
      List<Body> bodies =
          List.of(
              out -> {
                out.write(new byte[100]);
                throw new IllegalStateException("bug");
              },
              out -> {
                out.write(new byte[100]);
                throw new OutOfMemoryError("bug");
              });
      for (Body body : bodies) {
        assertThatThrownBy(() -> life.dlq.save(life.nextName(NOW), body, () -> {}))
            .hasMessage("bug");
        assertThat(names()).isEmpty();
        assertThat(life.dlq.filesCurrent()).isZero();
      }
      life.save(NOW, 3);
      assertThat(life.dlq.filesCurrent()).isEqualTo(1);
    }
  }

  @Test
  void discardsOneFileByHand() throws Exception {
    BatchName name = old(NOW + "_x_1", 5);
    try (Life life = life("a-1")) {
      assertThat(life.dlq.discard(name)).isTrue();
      assertThat(life.dlq.discard(name)).isFalse();
      life.assertBalanced();
      assertThat(life.ledger.cut().expired()).isEqualTo(5);
      assertThat(names()).isEmpty();
    }
  }
}
