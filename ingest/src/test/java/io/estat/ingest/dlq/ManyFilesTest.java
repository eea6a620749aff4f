package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.disk.FileDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an attempt costs does not depend on how many files there are. */
class ManyFilesTest extends DlqFixture {
  private static final int FILES = 20_000;
  private final CountingDisk counting = new CountingDisk(new FileDisk());

  @BeforeEach
  void fill() throws Exception {
    disk = counting;
    Path parent = folder;
    folder = Files.createDirectory(parent.resolve("dlq"));
    Path data = Files.write(parent.resolve("data"), Batches.gzip(Batches.lines("x", 1)));
    Path meta = Files.writeString(parent.resolve("meta"), "{\"num_events\":1}");
    for (int i = 0; i < FILES; i++) {
      // Neither in the order of time nor of names.
      BatchName name = BatchName.of(NOW - 1 - (i * 7919L) % FILES, "old-1", i);
      Files.createLink(data(name), data);
      Files.createLink(meta(name), meta);
    }
  }

  @Test
  void readsAtMostAThousandEntriesAnAttemptAndTriesTheOldestOfThemFirst() throws Exception {
    try (Life life = life("a-1")) {
      assertThat(counting.entriesRead).hasValue(0);
      assertThat(counting.filesOpened).hasValue(0);

      List<Long> tried = new ArrayList<>();
      for (int i = 0; i < 1500; i++) {
        long entriesBefore = counting.entriesRead.get();
        long openedBefore = counting.filesOpened.get();
        long sizesBefore = counting.sizesAsked.get();
        assertThat(life.retry()).isEqualTo(RetryOutcome.REUPLOADED);
        assertThat(counting.entriesRead.get() - entriesBefore).isLessThanOrEqualTo(1000);
        assertThat(counting.filesOpened.get() - openedBefore).isLessThanOrEqualTo(3);
        assertThat(counting.sizesAsked.get() - sizesBefore).isLessThanOrEqualTo(1004);
        String key = bucket.objects.keySet().stream().skip(i).findFirst().orElseThrow();
        String name = key.substring(key.lastIndexOf('/') + 1, key.length() - 9);
        tried.add(BatchName.parse(name).orElseThrow().unixSeconds());
      }
      // About 500 files are in a window, each window is in order of time.
      long falls = 0;
      for (int i = 1; i < tried.size(); i++) {
        falls += tried.get(i) < tried.get(i - 1) ? 1 : 0;
      }
      assertThat(falls).isBetween(1L, 5L);
    }
  }

  @Test
  void opensFewerAndFewerOldFilesTheLongerTheStoreFails() throws Exception {
    bucket.failing = true;
    try (Life life = life("a-1")) {
      // About 500 files are in a window; it is worked through 2, 3, 5, 9, 17 times.
      long[] attempts = {900, 2_200, 4_500, 9_000};
      for (int windows = 1; windows <= attempts.length; windows++) {
        for (long i = bucket.deliveries; i < attempts[windows - 1]; i++) {
          assertThat(life.dlq.retryOne()).isEqualTo(RetryOutcome.STORE_FAILED);
        }
        assertThat(counting.entriesRead.get()).isLessThanOrEqualTo(1000L * windows);
        assertThat(life.ledger.cut().recovered()).isBetween(1L, 600L * windows);
      }
      assertThat(life.ledger.cut().inDlq()).isEqualTo(life.ledger.cut().recovered());
      life.assertBalanced();
    }
  }

  @Test
  void drainsAllAndCountsInTheBackgroundMeanwhile() throws Exception {
    try (Life life = life("a-1")) {
      life.dlq.countInBackground();
      for (int i = 0; i < 3000; i++) {
        life.dlq.retryOne();
      }
      Awaitility.await().atMost(60, TimeUnit.SECONDS).until(life.dlq::isScanComplete);
      assertThat(life.dlq.filesCurrent()).isEqualTo(FILES - life.ledger.cut().reuploaded());
      life.drain();
      assertThat(life.ledger.cut().reuploaded()).isEqualTo(FILES);
      assertThat(life.dlq.filesCurrent()).isZero();
      assertThat(life.dlq.bytesCurrent()).isZero();
      assertThat(names()).isEmpty();
    }
  }
}
