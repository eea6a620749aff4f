package io.estat.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.LogCapture;
import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.Time;
import io.estat.ingest.dlq.Destination.Delivery;
import io.estat.ingest.dlq.Destination.Target;
import io.estat.ingest.upload.WatchedStore.Call;
import io.estat.ingest.upload.WatchedStore.What;
import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.StoreException.Kind;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.ManualClock;
import io.estat.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One object into the bucket, once, whatever the store does. */
class ObjectSenderTest {
  private static final Duration S3_TIMEOUT = Duration.ofSeconds(3);
  private static final ByteContent CONTENT =
      new ByteContent("as good as gzip".getBytes(StandardCharsets.US_ASCII));
  private static final BatchSummary SUMMARY =
      new BatchSummary(7, 700, 0x00c0ffee, 1_700_000_000, 1_700_000_009);
  private static final BatchName NAME = BatchName.of(1_700_000_000, "web-0a1b2c3d4e5f", 1);
  private static final String KEY =
      "raw/dt=2023-11-14/hr=22/1700000000_web-0a1b2c3d4e5f_1.jsonl.gz";

  private final MemoryStore bucket = new MemoryStore();
  private final FaultyStore faults = new FaultyStore(bucket);
  private final WatchedStore store = new WatchedStore(faults);
  private final ManualClock clock = new ManualClock(Intake.START);
  private final UploadMetrics metrics = new UploadMetrics();

  private final List<Long> waits = new ArrayList<>();

  /** Writes waits down instead of waiting. */
  private final class NoWait extends Pause {
    @Override
    boolean forMillis(long millis) {
      waits.add(millis);
      return !isOver();
    }
  }

  private ObjectSender sender(int attempts, Duration timeout) {
    var config = new UploadConfig("raw", "raw_dlq", timeout, attempts, 1);
    var time = new Time(clock::wallMillis, clock::nanos);
    return new ObjectSender(store, config, metrics, time, new NoWait());
  }

  private ObjectSender sender() {
    return sender(2, S3_TIMEOUT);
  }

  private static Batch batch(BatchName name) {
    return new Batch(name, List.of(), 7, 700, SUMMARY.firstTs(), SUMMARY.lastTs());
  }

  private long putErrors() {
    return metrics.putErrors().values().stream().mapToLong(Long::longValue).sum();
  }

  private static Delivery send(ObjectSender sender) {
    return sender.send(batch(NAME), CONTENT, SUMMARY, false);
  }

  private static void assertStored(Delivery delivery, String key) {
    assertThat(delivery).isEqualTo(new Delivery.Stored(key));
  }

  private Map<String, String> metadata(String key) {
    return Objects.requireNonNull(bucket.head(key, S3_TIMEOUT).orElse(null)).metadata();
  }

  private void somebodyElsesObject(String key) throws Exception {
    bucket.put(
        new ObjectPut(key, new ByteContent(new byte[3]), "text/plain", Map.of(), true, S3_TIMEOUT));
  }

  @Test
  void aWellStoreIsAskedOnceAndConditionally() {
    assertStored(send(sender()), KEY);
    assertThat(store.whats()).containsExactly(What.PUT);
    assertThat(store.calls().getFirst().timeout()).isLessThanOrEqualTo(S3_TIMEOUT);
    assertThat(metadata(KEY))
        .containsEntry("batch-id", NAME.text())
        .containsEntry("events", "7")
        .containsEntry("raw-bytes", "700")
        .containsEntry("raw-crc32", "00c0ffee")
        .containsEntry("first-ts", "1700000000")
        .containsEntry("last-ts", "1700000009");
    assertThat(putErrors()).isZero();
  }

  @Test
  void thereAreSoManyAttemptsAsConfiguredInAll() {
    faults.fail(Fault.UNAVAILABLE);
    assertThat(send(sender(3, S3_TIMEOUT))).isInstanceOf(Delivery.StoreFailed.class);
    assertThat(store.count(What.PUT)).isEqualTo(3);
    assertThat(putErrors()).isEqualTo(3);
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void betweenAttemptsItWaitsLongerAndLongerFrom200MillisTo2Seconds() {
    faults.fail(Fault.THROTTLED);
    send(sender(5, S3_TIMEOUT));
    assertThat(waits).hasSize(4);
    assertThat(waits.get(0)).isBetween(200L, 400L);
    assertThat(waits.get(1)).isBetween(400L, 800L);
    assertThat(waits.get(2)).isBetween(800L, 1600L);
    assertThat(waits.get(3)).isBetween(1000L, 2000L);
  }

  @Test
  void atTheEndItDoesNotTryAgain() {
    faults.fail(Fault.UNAVAILABLE);
    ObjectSender sender = sender(5, S3_TIMEOUT);
    sender.pause().end();
    assertThat(send(sender)).isInstanceOf(Delivery.StoreFailed.class);
    assertThat(store.count(What.PUT)).isEqualTo(1);
  }

  @Test
  void eachAttemptEndsAtItsTimeout() {
    faults.fail(Fault.HANG);
    long start = System.nanoTime();
    assertThat(send(sender(2, Duration.ofMillis(150)))).isInstanceOf(Delivery.StoreFailed.class);
    assertThat(store.calls()).allMatch(call -> call.timeout().toMillis() <= 150);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void theHeadAndThePutOfAnAttemptShareItsTime() {
    store.slowHeads(300);
    faults.script(Fault.LOST_REQUEST);
    assertStored(send(sender(2, S3_TIMEOUT)), KEY);
    assertThat(store.whats()).containsExactly(What.PUT, What.HEAD, What.PUT);
    assertThat(store.calls().get(2).timeout()).isLessThanOrEqualTo(S3_TIMEOUT.minusMillis(300));
  }

  @Test
  void afterAnUnknownOutcomeItLooksBeforeItPutsAgain() {
    faults.script(Fault.LOST_REQUEST, Fault.LOST_REQUEST);
    assertStored(send(sender(3, S3_TIMEOUT)), KEY);
    assertThat(store.whats()).containsExactly(What.PUT, What.HEAD, What.PUT, What.HEAD, What.PUT);
  }

  @Test
  void aLostAnswerMakesNoSecondObjectAndNoSecondPut() {
    faults.script(Fault.LOST_ANSWER);
    assertStored(send(sender()), KEY);
    assertThat(store.whats()).containsExactly(What.PUT, What.HEAD);
    assertThat(bucket.keys()).containsExactly(KEY);
    assertThat(metrics.nameCollisions()).isZero();
  }

  @Test
  void whateverIsThrownInsteadOfAnAnswerIsAnUnknownOutcome() {
    store.throwing(new IllegalStateException("Connection pool shut down"));
    ObjectSender sender = sender();
    assertThat(send(sender)).isInstanceOf(Delivery.StoreFailed.class);
    assertThat(store.whats()).containsExactly(What.PUT, What.HEAD);
    assertThat(putErrors()).isEqualTo(2);
    assertThat(sender.health().isFailing()).isTrue();
    store.throwing(null);
    assertStored(send(sender), KEY);
  }

  @Test
  void aBatchThatMayBeStoredIsLookedForFirst() {
    send(sender());
    assertStored(sender().send(batch(NAME).tried(), CONTENT, SUMMARY, false), KEY);
    assertThat(store.whats()).containsExactly(What.PUT, What.HEAD);
  }

  @Test
  void anOwnObjectThatIsAlreadyThereIsSuccess() {
    send(sender());
    assertStored(send(sender()), KEY);
    assertThat(store.whats()).containsExactly(What.PUT, What.PUT, What.HEAD);
    assertThat(bucket.keys()).containsExactly(KEY);
    assertThat(metrics.nameCollisions()).isZero();
  }

  @Test
  void somebodyElsesObjectIsLeftAloneAndTheBatchTakesANewName() throws Exception {
    somebodyElsesObject(KEY);
    String next = NAME.afterCollision().key("raw");
    try (var logs = new LogCapture(ObjectCreator.class)) {
      assertStored(send(sender()), next);
      assertThat(logs.lines()).singleElement().asString().startsWith("ERROR").contains(KEY, next);
    }
    assertThat(metrics.nameCollisions()).isEqualTo(1);
    assertThat(bucket.bytes(KEY)).isEqualTo(new byte[3]);
    assertThat(metadata(next)).containsEntry("batch-id", NAME.afterCollision().text());
  }

  @Test
  void aRepetitionAfterACollisionFindsItsOwnObject() throws Exception {
    somebodyElsesObject(KEY);
    String next = NAME.afterCollision().key("raw");
    assertStored(send(sender()), next);
    assertStored(send(sender()), next);
    assertStored(sender().deliver(Target.RAW, NAME, CONTENT, SUMMARY), next);
    assertThat(bucket.keys()).containsExactlyInAnyOrder(KEY, next);
  }

  @Test
  void anAnswerLostInACollisionMakesNoSecondObject() {
    faults.script(Fault.TAKEN, Fault.LOST_ANSWER);
    String next = NAME.afterCollision().key("raw");
    assertStored(send(sender(3, S3_TIMEOUT)), next);
    assertThat(bucket.keys()).containsExactlyInAnyOrder(KEY, next);
  }

  @Test
  void aNameThatIsTakenIsCountedAndNamedOnceHoweverOftenItIsTried() throws Exception {
    somebodyElsesObject(KEY);
    String next = NAME.afterCollision().key("raw");
    faults.script(Fault.NONE, Fault.LOST_REQUEST, Fault.NONE, Fault.LOST_REQUEST);
    try (var logs = new LogCapture(ObjectCreator.class)) {
      assertStored(send(sender(4, S3_TIMEOUT)), next);
      assertThat(logs.lines()).filteredOn(line -> line.startsWith("ERROR")).hasSize(1);
    }
    assertThat(store.calls().stream().filter(call -> call.key().equals(next)).count())
        .as("came to the second name several times")
        .isGreaterThan(2);
    assertThat(metrics.nameCollisions()).isEqualTo(1);
  }

  @Test
  void twoNamesTakenLeadToAThird() throws Exception {
    somebodyElsesObject(KEY);
    somebodyElsesObject(NAME.afterCollision().key("raw"));
    assertStored(send(sender()), NAME.afterCollision().afterCollision().key("raw"));
    assertThat(metrics.nameCollisions()).isEqualTo(2);
  }

  @Test
  void aNameThatIsOnlyATimeIsOwnOnlyWithTheSameContent() throws Exception {
    BatchName old = BatchName.parse("1700000039332").orElseThrow();
    assertStored(sender().deliver(Target.RAW, old, CONTENT, SUMMARY), old.key("raw"));
    assertStored(sender().deliver(Target.RAW, old, CONTENT, SUMMARY), old.key("raw"));
    var other = new BatchSummary(7, 700, 0xbad, 1_700_000_000, 1_700_000_009);
    Delivery delivery = sender().deliver(Target.RAW, old, CONTENT, other);
    assertStored(delivery, old.afterCollision().key("raw"));
    assertThat(metrics.nameCollisions()).isEqualTo(1);
  }

  @Test
  void aConflictIsTriedAgain() {
    faults.script(Fault.CONFLICT);
    assertStored(send(sender()), KEY);
    assertThat(store.count(What.PUT)).isEqualTo(2);
  }

  @Test
  void aStoreWithoutConditionsGetsPlainPutsFromThenOnAndIsNamedOnce() {
    faults.fail(Fault.REFUSES_CONDITIONS);
    ObjectSender sender = sender();
    try (var logs = new LogCapture(ObjectCreator.class)) {
      assertStored(send(sender), KEY);
      assertThat(store.whats()).containsExactly(What.PUT, What.HEAD, What.PLAIN_PUT);
      for (int i = 2; i < 5; i++) {
        BatchName name = BatchName.of(1_700_000_000, "web-0a1b2c3d4e5f", i);
        assertStored(sender.send(batch(name), CONTENT, SUMMARY, false), name.key("raw"));
      }
      assertThat(store.count(What.PUT)).isEqualTo(1);
      assertThat(store.count(What.PLAIN_PUT)).isEqualTo(4);
      assertThat(logs.lines()).singleElement().asString().startsWith("WARN").contains("plain");
    }
    assertThat(putErrors()).isZero();
  }

  @Test
  void aStoreWithoutConditionsThatMayNotBeAskedStillGetsItsPlainPuts() {
    faults.fail(Fault.REFUSES_CONDITIONS);
    store.denyHeads();
    ObjectSender sender = sender();
    assertStored(send(sender), KEY);
    assertThat(store.whats()).containsExactly(What.PUT, What.HEAD, What.PLAIN_PUT);
    assertStored(sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY), KEY);
    assertThat(putErrors()).isZero();
  }

  @Test
  void aNameThatIsOnlyATimeIsNotPutPlainlyWhereItCannotBeLookedFor() {
    faults.fail(Fault.REFUSES_CONDITIONS);
    store.denyHeads();
    BatchName old = BatchName.parse("1700000039332").orElseThrow();
    assertThat(sender().deliver(Target.RAW, old, CONTENT, SUMMARY))
        .isInstanceOf(Delivery.StoreFailed.class);
    assertThat(bucket.keys()).isEmpty();
  }

  @Test
  void anObjectThatIsThereAndMayNotBeLookedAtIsThisFilesTroubleAndNotTheStores() throws Exception {
    somebodyElsesObject(KEY);
    store.denyHeads();
    ObjectSender sender = sender();
    Delivery delivery = sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY);
    assertThat(delivery).isInstanceOf(Delivery.Refused.class);
    assertThat(((Delivery.Refused) delivery).reason()).contains(KEY, "s3:GetObject");
    assertThat(bucket.bytes(KEY)).isEqualTo(new byte[3]);
  }

  @Test
  void noRightOnTheQuarantineIsThisFilesTroubleAndNotTheStores() {
    faults.fail(Fault.DENIED);
    ObjectSender sender = sender();
    assertThat(sender.deliver(Target.QUARANTINE, NAME, CONTENT, SUMMARY))
        .isInstanceOf(Delivery.Refused.class);
    assertThat(sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY))
        .isInstanceOf(Delivery.StoreFailed.class);
    sender.sendUnpacked(NAME, CONTENT, SUMMARY);
    assertThat(sender.health().isFailing()).isFalse();
  }

  @Test
  void aPlainPutNeverOverwritesWhatMayBeThere() throws Exception {
    somebodyElsesObject(KEY);
    faults.fail(Fault.REFUSES_CONDITIONS);
    assertStored(send(sender()), NAME.afterCollision().key("raw"));
    assertThat(bucket.bytes(KEY)).isEqualTo(new byte[3]);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"DENIED", "NO_BUCKET"})
  void whatAPersonMustMendIsNotTriedAgainAndSaidLoudly(Fault fault) {
    faults.fail(fault);
    try (var logs = new LogCapture(ObjectSender.class)) {
      ObjectSender sender = sender();
      for (int i = 0; i < 50; i++) {
        assertThat(send(sender)).isInstanceOf(Delivery.StoreFailed.class);
      }
      assertThat(store.count(What.PUT)).isEqualTo(50);
      assertThat(putErrors()).isEqualTo(50);
      assertThat(logs.lines())
          .as("loud, but not a line a batch")
          .singleElement()
          .asString()
          .startsWith("ERROR")
          .contains(fault.name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LOST_REQUEST, UNKNOWN_OUTCOME",
    "CONFLICT, CONFLICT",
    "DENIED, DENIED",
    "NO_BUCKET, NO_BUCKET",
    "THROTTLED, THROTTLED",
    "UNAVAILABLE, UNAVAILABLE",
    "TAKEN, REJECTED"
  })
  void eachFailedAttemptIsCountedByItsKind(Fault fault, Kind kind) {
    faults.fail(fault);
    assertThat(send(sender(1, S3_TIMEOUT))).isNotInstanceOf(Delivery.Stored.class);
    assertThat(metrics.putErrors())
        .containsOnlyKeys(Kind.values())
        .allSatisfy((any, count) -> assertThat(count).as("%s", any).isEqualTo(any == kind ? 1 : 0));
  }

  @Test
  void aFailureOfAClassIsLoggedOnceAMinuteWithTheCount() {
    faults.fail(Fault.UNAVAILABLE);
    ObjectSender sender = sender(1, S3_TIMEOUT);
    try (var logs = new LogCapture(ObjectSender.class)) {
      for (int i = 0; i < 10; i++) {
        send(sender);
      }
      clock.advance(Duration.ofMinutes(1));
      send(sender);
      assertThat(logs.lines()).hasSize(2).allMatch(line -> line.startsWith("WARN put failed"));
      assertThat(logs.lines().get(1)).contains("9 more");
    }
  }

  @Test
  void whileTheStoreIsFailingABatchGetsOneAttemptOfAtMost500Millis() {
    ObjectSender sender = sender(2, Duration.ofSeconds(20));
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    int before = store.calls().size();
    faults.fail(Fault.HANG);
    long start = System.nanoTime();
    assertThat(send(sender)).isInstanceOf(Delivery.StoreFailed.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    List<Call> calls = store.calls().subList(before, store.calls().size());
    assertThat(calls).singleElement().extracting(Call::what).isEqualTo(What.PUT);
    assertThat(calls.getFirst().timeout()).isLessThanOrEqualTo(Duration.ofMillis(500));
  }

  @Test
  void whileTheStoreIsFailingHeadAndPutShareThe500Millis() {
    ObjectSender sender = sender(1, S3_TIMEOUT);
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    faults.well();
    store.slowHeads(200);
    // A machine that stands still for so long costs a try.
    Delivery delivery = sender.send(batch(NAME).tried(), CONTENT, SUMMARY, false);
    for (int tries = 1; tries < 5 && !(delivery instanceof Delivery.Stored); tries++) {
      delivery = sender.send(batch(NAME).tried(), CONTENT, SUMMARY, false);
    }
    assertStored(delivery, KEY);
    Call put = store.calls().getLast();
    assertThat(put.what()).isEqualTo(What.PUT);
    assertThat(put.timeout()).isLessThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void theShortAttemptIsStillUnderS3Timeout() {
    ObjectSender sender = sender(1, Duration.ofMillis(100));
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    send(sender);
    assertThat(store.calls()).allMatch(call -> call.timeout().toMillis() <= 100);
  }

  @Test
  void oneSuccessEndsTheFailingMode() {
    ObjectSender sender = sender();
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    assertThat(sender.health().isFailing()).isTrue();
    faults.well();
    assertStored(send(sender), KEY);
    assertThat(sender.health().isFailing()).isFalse();
    faults.script(Fault.UNAVAILABLE);
    BatchName name = BatchName.of(1_700_000_000, "web-0a1b2c3d4e5f", 2);
    assertStored(sender.send(batch(name), CONTENT, SUMMARY, false), name.key("raw"));
  }

  @Test
  void aSlowStoreLeavesTheFailingModeByARetryFromTheDeadLetterQueue() {
    ObjectSender sender = sender(1, S3_TIMEOUT);
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    faults.well();
    faults.slow(Duration.ofMillis(600));
    assertThat(send(sender)).as("600 ms are over 500").isInstanceOf(Delivery.StoreFailed.class);
    assertStored(sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY), KEY);
    assertThat(sender.health().isFailing()).isFalse();
    BatchName name = BatchName.of(1_700_000_000, "web-0a1b2c3d4e5f", 2);
    assertStored(sender.send(batch(name), CONTENT, SUMMARY, false), name.key("raw"));
  }

  @Test
  void aFileOfTheDeadLetterQueueThatFailsDoesNotHurryTheLiveBatches() {
    ObjectSender sender = sender(2, S3_TIMEOUT);
    faults.fail(Fault.UNAVAILABLE);
    assertThat(sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY))
        .isInstanceOf(Delivery.StoreFailed.class);
    assertThat(sender.health().isFailing()).isFalse();
    faults.well();
    faults.slow(Duration.ofMillis(600));
    assertStored(send(sender), KEY);
    assertThat(sender.storedSoFar()).isEqualTo(1);
  }

  @Test
  void whileTheStoreIsFailingEachTenthBatchGetsOneAttemptOfTheWholeTimeout() {
    ObjectSender sender = sender(2, Duration.ofMinutes(1));
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    int before = store.calls().size();
    for (int i = 0; i < 30; i++) {
      send(sender);
    }
    List<Call> calls = store.calls().subList(before, store.calls().size());
    assertThat(calls).hasSize(30).allMatch(call -> call.what() == What.PUT);
    for (int i = 1; i <= 30; i++) {
      Duration timeout = calls.get(i - 1).timeout();
      if (i % 10 == 0) {
        assertThat(timeout).as("batch %d", i).isGreaterThan(Duration.ofSeconds(30));
      } else {
        assertThat(timeout).as("batch %d", i).isLessThanOrEqualTo(Duration.ofMillis(500));
      }
    }
  }

  @Test
  void aStoreTooSlowForHeadAndPutLeavesTheFailingModeByEveryTenthBatch() {
    ObjectSender sender = sender(2, S3_TIMEOUT);
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    for (int i = 1; i < 10; i++) {
      assertThat(send(sender)).isInstanceOf(Delivery.StoreFailed.class);
      assertThat(store.calls().getLast().timeout()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }
    faults.well();
    faults.slow(Duration.ofMillis(600));
    assertStored(send(sender), KEY);
    assertThat(sender.health().isFailing()).isFalse();
  }

  @Test
  void whatOnlyTheStoreCanTakeGetsTheWholeTimeoutAlsoWhileItIsFailing() {
    ObjectSender sender = sender(2, S3_TIMEOUT);
    faults.fail(Fault.UNAVAILABLE);
    send(sender);
    faults.well();
    faults.slow(Duration.ofMillis(600));
    assertStored(sender.send(batch(NAME), CONTENT, SUMMARY, true), KEY);
  }

  @Test
  void aFileOfTheDeadLetterQueueIsLookedForFirstAndPutAtMostOnce() {
    ObjectSender sender = sender();
    assertStored(sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY), KEY);
    assertThat(store.whats()).containsExactly(What.HEAD, What.PUT);
    assertStored(sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY), KEY);
    assertThat(store.whats()).containsExactly(What.HEAD, What.PUT, What.HEAD);
    Delivery quarantined = sender.deliver(Target.QUARANTINE, NAME, CONTENT, SUMMARY);
    assertStored(quarantined, NAME.key("raw_dlq"));
  }

  @Test
  void aHeadThatHangsIsInTheWayLikeAPut() throws Exception {
    ObjectSender sender = sender();
    var release = store.holdHeads();
    Thread delivery =
        Thread.ofVirtual().start(() -> sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY));
    await().until(() -> store.count(What.HEAD) == 1);
    assertThat(sender.health().isInTheWay()).isFalse();
    clock.advance(Duration.ofMillis(1001));
    assertThat(sender.health().isInTheWay()).isTrue();
    release.countDown();
    delivery.join();
    assertThat(sender.health().isInTheWay()).as("as long as none was faster").isTrue();
    sender.deliver(Target.RAW, NAME, CONTENT, SUMMARY);
    assertThat(sender.health().isInTheWay()).isFalse();
  }

  @Test
  void nearTheEndNoPutRunsPastIt() {
    ObjectSender sender = sender();
    sender.endPutsBy(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300));
    faults.fail(Fault.HANG);
    long start = System.nanoTime();
    sender.pause().end();
    assertThat(send(sender)).isInstanceOf(Delivery.StoreFailed.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(store.calls()).allMatch(call -> call.timeout().toMillis() <= 300);
  }
}
