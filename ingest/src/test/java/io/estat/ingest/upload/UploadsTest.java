package io.estat.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.Landed;
import io.estat.ingest.LogCapture;
import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.ingest.batch.TextLines;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.ingest.upload.WatchedStore.What;
import io.estat.storage.ObjectInfo;
import io.estat.testkit.Fault;
import io.estat.testkit.MemoryStore;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploader, spiller and dead-letter queue together: every event ends in one place. */
class UploadsTest {
  private static final Duration LONGER_THAN_A_LONG_PUT = Duration.ofMillis(1100);

  @TempDir Path folder;
  private final MemoryStore bucket = new MemoryStore();
  private final FullDisk disk = new FullDisk();
  private Corridor.Plan plan = new Corridor.Plan(Path.of("."), bucket);

  @BeforeEach
  void plan() {
    plan = new Corridor.Plan(folder, bucket);
    plan.disk = disk;
  }

  /** Puts hang until the latch is counted down; one does, the other events wait behind it. */
  private static CountDownLatch hangingPut(Corridor corridor, int events) {
    CountDownLatch put = corridor.store.holdPuts();
    corridor.accept(events);
    await().until(() -> corridor.store.count(What.PUT) == 1);
    return put;
  }

  /** Neither the store nor the disk takes these events: they stay in memory. */
  private void acceptWhatNobodyTakes(Corridor corridor, int events) {
    disk.full = true;
    corridor.faults.fail(Fault.UNAVAILABLE);
    corridor.accept(events);
    await().until(() -> corridor.uploads.refusal().isPresent());
  }

  private static void assertAllLandedOnce(Corridor corridor) {
    await().untilAsserted(() -> assertThat(corridor.intake.ledger.cut().inDlq()).isZero());
    await().until(corridor.intake.queue::isEmpty);
    assertThat(corridor.landed().stream().sorted().toList())
        .isEqualTo(corridor.accepted().stream().sorted().toList());
    corridor.intake.assertBalanced();
    await().untilAsserted(() -> assertThat(corridor.intake.budget.bytesTaken()).isZero());
  }

  @Test
  void aStoredBatchSaysEverythingAboutItself() throws Exception {
    try (var corridor = plan.build().start()) {
      corridor.accept(9);
      corridor.intake.clock.advance(Duration.ofSeconds(5));
      corridor.accept(1);
      await().until(() -> bucket.keys().size() == 1);
      String key = bucket.keys().getFirst();
      String instance = corridor.intake.names.instance();
      String name = "1700000000_" + instance + "_1";
      assertThat(key).isEqualTo("raw/dt=2023-11-14/hr=22/" + name + ".jsonl.gz");
      ObjectInfo info = bucket.head(key, Duration.ofSeconds(1)).orElseThrow();
      assertThat(info.contentType()).isEqualTo("application/gzip");
      byte[] raw = new GZIPInputStream(new ByteArrayInputStream(bucket.bytes(key))).readAllBytes();
      var crc = new CRC32();
      crc.update(raw);
      assertThat(info.metadata())
          .containsEntry("batch-id", name)
          .containsEntry("events", "10")
          .containsEntry("raw-bytes", Integer.toString(raw.length))
          .containsEntry("raw-crc32", String.format("%08x", crc.getValue()))
          .containsEntry("first-ts", "1700000000")
          .containsEntry("last-ts", "1700000005")
          .hasSize(6);
      assertAllLandedOnce(corridor);
      assertThat(corridor.intake.ledger.cut().stored()).isEqualTo(10);
    }
  }

  @Test
  void theNameStaysThroughAFailedPutTheDeadLetterQueueARestartAndARetry() throws Exception {
    String file;
    List<String> accepted;
    try (var first = plan.build().start()) {
      first.faults.fail(Fault.UNAVAILABLE);
      first.accept(10);
      await().until(() -> !Landed.files(folder).isEmpty());
      file = Landed.files(folder).getFirst();
      accepted = first.accepted();
      first.intake.assertBalanced();
      first.drain(Duration.ZERO, Duration.ofMinutes(1));
    }
    assertThat(file).isEqualTo(nameOf(accepted) + ".jsonl.gz");
    try (var second = plan.build().start()) {
      await().until(() -> Landed.files(folder).isEmpty());
      assertThat(bucket.keys()).containsExactly("raw/dt=2023-11-14/hr=22/" + file);
      assertThat(second.landed()).containsExactlyInAnyOrderElementsOf(accepted);
      await().until(() -> second.intake.ledger.cut().reuploaded() == 10);
      second.intake.assertBalanced();
    }
  }

  private static String nameOf(List<String> bodies) {
    String body = bodies.getFirst();
    return "1700000000_" + body.substring(0, body.lastIndexOf('-')) + "_1";
  }

  @Test
  void anOutcomeThatStaysUnknownEndsAsOneObject() throws Exception {
    try (var corridor = plan.build().start()) {
      corridor.faults.script(Fault.LOST_ANSWER);
      corridor.accept(10);
      await().until(() -> corridor.dlq.eventsEnqueued() == 10);
      assertAllLandedOnce(corridor);
      assertThat(bucket.keys()).hasSize(1);
      assertThat(corridor.store.count(What.PUT)).isEqualTo(1);
    }
  }

  @Test
  void rightsThatAreMissingAreNotFinalForTheData() throws Exception {
    try (var logs = new LogCapture(ObjectSender.class);
        var corridor = plan.build().start()) {
      corridor.faults.fail(Fault.DENIED);
      corridor.accept(30);
      await().until(() -> corridor.saved().size() == 30);
      assertThat(logs.lines().getFirst()).startsWith("ERROR put refused (DENIED)");
      corridor.faults.well();
      assertAllLandedOnce(corridor);
      assertThat(corridor.intake.ledger.cut().dropped()).isZero();
    }
  }

  @Test
  void whileAPutHangsForEverTheOldestWaitingBatchesGoToTheDeadLetterQueue() throws Exception {
    plan.limits = new BatchLimits(5000, 8 << 20, Duration.ofMinutes(2), 4000, 4, 64L << 20);
    try (var corridor = plan.build().start()) {
      CountDownLatch put = hangingPut(corridor, 5000);
      corridor.accept(5000); // what comes in a second
      assertThat(Landed.files(folder)).isEmpty();
      corridor.intake.clock.advance(LONGER_THAN_A_LONG_PUT);
      for (int second = 0; second < 12; second++) {
        // Each is one second at 5,000 events/s; accept() fails if it finds no room.
        corridor.accept(5000);
        // The one in the put and three that wait leave room for another second.
        await().until(() -> corridor.intake.ledger.cut().inMemory() <= 4 * 5000);
      }
      assertThat(put.getCount()).as("the put still hangs").isEqualTo(1);
      assertThat(corridor.store.count(What.PUT)).isEqualTo(1);
      assertThat(corridor.saved().size()).isGreaterThanOrEqualTo(8 * 5000);
      assertThat(corridor.saved())
          .as("the oldest that waits, not the one in the put")
          .contains(corridor.accepted().get(5000))
          .doesNotContain(corridor.accepted().getFirst());
      corridor.intake.assertBalanced();
      put.countDown();
      corridor.intake.open.tick(false);
      assertAllLandedOnce(corridor);
    }
  }

  @Test
  void aHeadThatHangsDoesNotStopTheSpillingEither() throws Exception {
    plan.attempts = 3;
    try (var corridor = plan.build().start()) {
      CountDownLatch head = corridor.store.holdHeads();
      corridor.faults.script(Fault.LOST_REQUEST);
      corridor.accept(10);
      await().until(() -> corridor.store.count(What.HEAD) == 1);
      corridor.accept(30);
      corridor.intake.clock.advance(LONGER_THAN_A_LONG_PUT);
      await().until(() -> corridor.dlq.eventsEnqueued() >= 20);
      assertThat(head.getCount()).isEqualTo(1);
      head.countDown();
      assertAllLandedOnce(corridor);
    }
  }

  @Test
  void aQueueThatIsFullBehindAWellStoreIsNotSpilled() throws Exception {
    assertNothingIsSpilled(40, Duration.ofMillis(900));
  }

  @Test
  void aQueueThatIsNotFullIsNotSpilledBehindAHangingPut() throws Exception {
    assertNothingIsSpilled(20, Duration.ofMinutes(1));
  }

  private void assertNothingIsSpilled(int events, Duration putHangsFor) throws Exception {
    try (var corridor = plan.build().start()) {
      CountDownLatch put = hangingPut(corridor, events);
      corridor.intake.clock.advance(putHangsFor);
      corridor.intake.queue.wake();
      await().during(Duration.ofMillis(400)).until(() -> Landed.files(folder).isEmpty());
      put.countDown();
      assertAllLandedOnce(corridor);
      assertThat(corridor.dlq.eventsEnqueued()).isZero();
    }
  }

  @Test
  void aBatchThatCannotBeEncodedGoesAsRawLinesToTheQuarantine() throws Exception {
    plan.engine = new BrokenEngine("poison");
    try (var corridor = plan.build().start()) {
      corridor.accept(9);
      corridor.intake.accept("poison");
      corridor.accept(10);
      await().until(() -> bucket.keys().size() == 2);
      String key = bucket.keys().stream().filter(k -> k.startsWith("raw_dlq/")).findAny().get();
      assertThat(key).endsWith("_1.jsonl");
      ObjectInfo info = bucket.head(key, Duration.ofSeconds(1)).orElseThrow();
      assertThat(info.metadata()).containsEntry("events", "10");
      assertThat(new String(bucket.bytes(key), java.nio.charset.StandardCharsets.UTF_8).lines())
          .hasSize(10)
          .anyMatch(line -> line.contains("poison"));
      await().until(corridor.intake.queue::isEmpty);
      assertThat(corridor.intake.ledger.cut().quarantined()).isEqualTo(10);
      assertThat(corridor.intake.ledger.cut().stored()).isEqualTo(10);
      corridor.intake.assertBalanced();
    }
  }

  @Test
  void aBatchThatCannotBeEncodedBlocksNobodyWhileTheStoreIsAway() throws Exception {
    plan.limits = Intake.limits(10, 200, 2);
    plan.engine = new BrokenEngine("poison");
    try (var corridor = plan.build().start()) {
      corridor.faults.fail(Fault.DENIED);
      corridor.accept("poison");
      corridor.accept(109);
      await().until(() -> corridor.saved().size() == 110);
      corridor.intake.assertBalanced();
      corridor.faults.well();
      assertAllLandedOnce(corridor);
    }
  }

  @Test
  void theSpillerIsNotBlockedByABatchThatCannotBeEncoded() throws Exception {
    plan.engine = new BrokenEngine("poison");
    try (var corridor = plan.build().start()) {
      CountDownLatch put = hangingPut(corridor, 10);
      corridor.accept("poison");
      corridor.accept(29);
      corridor.intake.clock.advance(LONGER_THAN_A_LONG_PUT);
      await().until(() -> corridor.saved().size() >= 20);
      put.countDown();
      assertAllLandedOnce(corridor);
    }
  }

  @Test
  void whatAFullDeadLetterQueueRefusesStaysInMemoryUntilTheStoreIsWell() throws Exception {
    plan.dlqBytes = 300;
    plan.overflow = DlqConfig.Overflow.BACKPRESSURE;
    try (var corridor = plan.build().start()) {
      corridor.faults.fail(Fault.UNAVAILABLE);
      corridor.accept(50);
      await().until(() -> corridor.uploads.refusal().isPresent());
      assertThat(corridor.uploads.refusal().orElseThrow()).contains("DLQ_MAX_SIZE_BYTES=300");
      while (corridor.intake.admit(TextLines.of("x")) == Admission.ACCEPTED) {
        // until memory is full, too
      }
      assertThat(corridor.intake.admit(TextLines.of("x"))).isEqualTo(Admission.NO_ROOM);
      assertThat(corridor.intake.ledger.cut().dropped()).isZero();
      corridor.intake.assertBalanced();
      corridor.faults.well();
      await().until(() -> corridor.uploads.refusal().isEmpty());
      corridor.intake.open.close();
      await().until(corridor.intake.queue::isEmpty);
      await().until(() -> corridor.intake.ledger.cut().inDlq() == 0);
      corridor.intake.assertBalanced();
      assertThat(corridor.landed()).containsAll(corridor.accepted());
      assertThat((long) corridor.landed().size())
          .isEqualTo(corridor.intake.ledger.cut().accepted());
    }
  }

  @Test
  void whatAFullDiskRefusesStaysInMemoryUntilTheDiskIsWell() throws Exception {
    try (var logs = new LogCapture(io.estat.ingest.dlq.DeadLetterQueue.class);
        var corridor = plan.build().start()) {
      acceptWhatNobodyTakes(corridor, 40);
      assertThat(corridor.uploads.refusal().orElseThrow()).contains("no space left on device");
      assertThat(logs.lines())
          .anyMatch(
              line -> line.startsWith("ERROR local DLQ save failed: no space left on device"));
      assertThat(corridor.intake.ledger.cut().inMemory()).isEqualTo(40);
      assertThat(Landed.files(folder)).isEmpty();
      disk.full = false;
      await().until(() -> corridor.saved().size() == 40);
      assertThat(corridor.uploads.refusal()).isEmpty();
      corridor.faults.well();
      assertAllLandedOnce(corridor);
    }
  }

  @Test
  void aStoreThatComesBackSlowlyIsEnoughWhenTheDiskIsFull() throws Exception {
    try (var corridor = plan.build().start()) {
      acceptWhatNobodyTakes(corridor, 20);
      corridor.faults.well();
      corridor.faults.slow(Duration.ofMillis(700));
      assertAllLandedOnce(corridor);
      assertThat(corridor.uploads.refusal()).isEmpty();
    }
  }

  @Test
  void aBatchThatCameBackIsLookedForBeforeItIsPutAgain() throws Exception {
    try (var corridor = plan.build().start()) {
      disk.full = true;
      corridor.faults.script(Fault.LOST_ANSWER);
      corridor.accept(10);
      await().until(() -> corridor.store.count(What.HEAD) == 1);
      assertAllLandedOnce(corridor);
      assertThat(corridor.store.count(What.PUT)).isEqualTo(1);
    }
  }

  @Test
  void theUploaderOutlivesAStoreThatThrowsAnything() throws Exception {
    try (var corridor = plan.build().start()) {
      corridor.store.throwing(new IllegalStateException("unforeseen"));
      corridor.accept(20);
      await().until(() -> corridor.saved().size() == 20);
      long asked = corridor.store.calls().size();
      await().until(() -> corridor.store.calls().size() > asked + 1); // retries fail, too
      corridor.store.throwing(null);
      assertAllLandedOnce(corridor);
    }
  }

  @Test
  void underConstantLoadOneFileOfTheDeadLetterQueueGoesWithTenBatches() throws Exception {
    leaveFiles(3);
    plan.limits = Intake.limits(1, 200, 2);
    try (var corridor = plan.build()) {
      corridor.accept(25);
      corridor.start();
      await().until(() -> bucket.keys().size() == 28);
      List<String> puts =
          corridor.store.calls().stream()
              .filter(call -> call.what() == What.PUT)
              .map(WatchedStore.Call::key)
              .toList();
      assertThat(puts).hasSize(28);
      String mine = corridor.intake.names.instance();
      assertThat(puts.subList(0, 10)).allMatch(key -> key.contains(mine));
      assertThat(puts.get(10)).doesNotContain(mine);
      assertThat(puts.subList(11, 21)).allMatch(key -> key.contains(mine));
      assertThat(puts.get(21)).doesNotContain(mine);
      assertThat(puts.subList(22, 27)).allMatch(key -> key.contains(mine));
      assertThat(puts.get(27)).as("idle again").doesNotContain(mine);
    }
  }

  private void leaveFiles(int files) throws Exception {
    try (var earlier = plan.build().start()) {
      earlier.faults.fail(Fault.UNAVAILABLE);
      earlier.accept(10 * files);
      await().until(() -> Landed.files(folder).size() == files);
      earlier.drain(Duration.ZERO, Duration.ofMinutes(1));
    }
  }

  @Test
  void whileDrainingNothingIsRetried() throws Exception {
    leaveFiles(2);
    try (var corridor = plan.build()) {
      corridor.accept(30);
      CountDownLatch put = corridor.store.holdPuts();
      corridor.start();
      await().until(() -> corridor.store.count(What.PUT) == 1);
      Thread end =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      corridor.drain(Duration.ofSeconds(20), Duration.ofSeconds(25));
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      await().until(() -> end.getState() == Thread.State.TIMED_WAITING);
      put.countDown();
      end.join();
      assertThat(corridor.landed()).containsExactlyInAnyOrderElementsOf(corridor.accepted());
      assertThat(Landed.files(folder)).hasSize(2);
      assertThat(corridor.intake.ledger.cut().stored()).isEqualTo(30);
    }
  }

  @Test
  void whatTheStoreDoesNotTakeInTimeIsSavedWhileThePutStillRuns() throws Exception {
    try (var corridor = plan.build()) {
      corridor.accept(50);
      CountDownLatch put = corridor.store.holdPuts();
      corridor.start();
      await().until(() -> corridor.store.count(What.PUT) == 1);
      corridor.drain(Duration.ofMillis(200), Duration.ofSeconds(5));
      assertThat(corridor.saved()).hasSize(40);
      assertThat(corridor.intake.queue.dropAll()).as("the one in the put").isEqualTo(10);
      corridor.intake.assertBalanced();
      put.countDown();
    }
  }

  @Test
  void atTheEndADiskThatRefusesForAMomentIsAskedAgain() throws Exception {
    try (var corridor = plan.build().start()) {
      acceptWhatNobodyTakes(corridor, 30);
      var cured =
          Thread.ofVirtual()
              .start(
                  () -> {
                    await().pollDelay(Duration.ofMillis(900)).until(() -> true);
                    disk.full = false;
                  });
      corridor.drain(Duration.ofMillis(100), Duration.ofMinutes(1));
      cured.join();
      assertThat(corridor.saved()).containsExactlyInAnyOrderElementsOf(corridor.accepted());
      assertThat(corridor.intake.queue.dropAll()).isZero();
      corridor.intake.assertBalanced();
    }
  }

  @Test
  void atTheEndTheStoreIsAskedWhenTheDiskRefuses() throws Exception {
    try (var corridor = plan.build().start()) {
      acceptWhatNobodyTakes(corridor, 30);
      corridor.faults.well();
      corridor.faults.slow(Duration.ofMillis(100));
      corridor.drain(Duration.ZERO, Duration.ofMinutes(1));
      assertThat(corridor.landed()).containsExactlyInAnyOrderElementsOf(corridor.accepted());
      assertThat(corridor.intake.queue.dropAll()).isZero();
    }
  }

  @Test
  void whatNobodyTakesIsCountedAsLost() throws Exception {
    try (var corridor = plan.build().start()) {
      acceptWhatNobodyTakes(corridor, 30);
      corridor.drain(Duration.ZERO, Duration.ofSeconds(2));
      assertThat(corridor.intake.queue.dropAll()).isEqualTo(30);
      assertThat(corridor.intake.ledger.cut().dropped()).isEqualTo(30);
      corridor.intake.assertBalanced();
    }
  }
}
