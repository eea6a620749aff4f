package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.estat.storage.ByteContent;
import io.estat.storage.CommittedObject;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectSum;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.Part;
import io.estat.storage.PartLimits;
import io.estat.storage.PartSink;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.FaultyStore.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the uploads of every store must do. All keys lie below a prefix of the test's own, so that
 * it may run against a bucket that others use; it leaves its objects there.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class ObjectUploadContract {
  private static final String TYPE = "application/gzip";

  /** More than would be open at a time, with S3's parts in the default budget of 64 MiB. */
  private static final int MANY = 15;

  private static final UploadRetry THREE_RETRIES =
      (failed, failure) -> {
        if (failed > 3) {
          throw failure;
        }
      };

  private final String prefix = "upload-contract/" + Long.toHexString(System.nanoTime()) + "/";
  private final Set<String> keysUsed = ConcurrentHashMap.newKeySet();
  private @Nullable FaultyStore opened;
  private @Nullable UploadBudget shared;

  /**
   * A store on the same objects at each call of one test, as a process opens it after its start.
   */
  protected abstract ObjectStore open() throws Exception;

  /**
   * Whether the store itself refuses what does not fit its checksum; an emulator that does not
   * shows it, and the client only finds out.
   */
  protected boolean verifiesChecksums() {
    return true;
  }

  /** Whether {@link ObjectStore#abortUploads} can see sessions that a crash left. */
  protected boolean seesOpenUploads() {
    return true;
  }

  /** Of the object that exceeds the budget many times. */
  protected long largeBytes() {
    return 100_000_000;
  }

  protected Duration timeout() {
    return Duration.ofSeconds(20);
  }

  protected List<String> awkwardKeys() {
    return List.of(
        "TRPID-0a1b2c3d/v001/ORDERS.jsonl.gz",
        "with space/and+plus/100%25/50%",
        "q?a=1&b=2#frag",
        "quote'\"/semi;colon:at@,dollar$/tilde~(x)[y]{z}!*",
        "caf\u00e9/\u65e5\u672c\u8a9e/\ud83d\ude00",
        "back\\slash|pipe^caret`tick<lt>",
        ".hidden/.upload-0",
        "x".repeat(200));
  }

  @BeforeEach
  final void prepare() throws Exception {
    opened = new FaultyStore(open());
    shared = new UploadBudget(4L * unit());
  }

  /** The store under test. */
  private FaultyStore store() {
    return Objects.requireNonNull(opened);
  }

  private UploadBudget budget() {
    return Objects.requireNonNull(shared);
  }

  /** Nothing is left of whatever the test did: no buffer and no open upload. */
  @AfterEach
  final void leavesNothing() throws StoreException {
    assertThat(budget().takenBytes()).as("bytes of the budget").isZero();
    assertNoOpenUpload();
    store().close();
  }

  private void assertNoOpenUpload() throws StoreException {
    assertThat(store().abortUploads(prefix)).as("open uploads").isZero();
    for (String key : Set.copyOf(keysUsed)) {
      assertThat(store().abortUploads(key)).as("open uploads of " + key).isZero();
    }
  }

  /** The smallest part that can be sent, and the part size of most tests. */
  private int unit() {
    PartLimits limits = store().sink(request("unit", new UploadBudget(1 << 20))).limits();
    int slabs = Math.ceilDiv(limits.minBytes(), UploadBudget.SLAB_BYTES);
    return slabs * UploadBudget.SLAB_BYTES;
  }

  @Test
  void givesBackWhatSeveralThreadsAppendedWithTheBytesOfEachCallTogether() throws Exception {
    int threads = 6;
    int calls = 60;
    int length = unit() / 50;
    UploadOutcome outcome;
    try (ObjectUpload upload = upload("threads");
        var pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<Boolean>> appenders = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        byte[] block = filled(length, t + 1);
        appenders.add(
            () -> {
              for (int i = 0; i < calls; i++) {
                upload.append(block, 0, length);
              }
              return true;
            });
      }
      for (Future<Boolean> appender : pool.invokeAll(appenders)) {
        assertThat(appender.get()).isTrue();
      }
      assertThat(upload.bytes()).isEqualTo((long) threads * calls * length);
      outcome = upload.commit();
    }
    byte[] stored = read("threads");
    assertStored(outcome, "threads", stored);
    int[] counts = new int[threads + 1];
    for (int at = 0; at < stored.length; at += length) {
      byte[] block = Arrays.copyOfRange(stored, at, at + length);
      assertThat(block).as("a call's bytes stay together").isEqualTo(filled(length, block[0]));
      counts[block[0]]++;
    }
    assertThat(counts).containsExactly(0, calls, calls, calls, calls, calls, calls);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nothing", "a byte", "a part", "a part and a byte", "parts", "long calls"})
  void takesObjectsOfAnySize(String size) throws Exception {
    int unit = unit();
    int length =
        switch (size) {
          case "nothing" -> 0;
          case "a byte" -> 1;
          case "a part" -> unit;
          case "a part and a byte" -> unit + 1;
          case "parts" -> 3 * unit;
          default -> 5 * unit + 12_345;
        };
    byte[] bytes = random(length, length);
    for (boolean finishes : new boolean[] {false, true}) {
      String name = size + finishes;
      try (ObjectUpload upload = upload(name)) {
        if (size.equals("long calls")) {
          upload.append(bytes, 0, length);
        } else {
          appendInPieces(upload, bytes, 100_003);
        }
        if (finishes) {
          upload.finishParts();
          assertThat(budget().takenBytes()).isLessThanOrEqualTo(UploadBudget.SLAB_BYTES);
          assertThat(store().head(prefix + name, timeout())).isEmpty();
        }
        assertStored(upload.commit(), name, bytes);
      }
      assertThat(read(name)).isEqualTo(bytes);
    }
  }

  @Test
  void setsContentTypeAndMetadata() throws Exception {
    for (int length : new int[] {10, 2 * unit()}) {
      var request =
          new ObjectUploadRequest(
              prefix + "meta" + length,
              TYPE,
              Map.of("job", "JOB-20260102-030405-x", "rows", "12"),
              unit(),
              budget(),
              timeout(),
              UploadRetry.NEVER);
      try (ObjectUpload upload = store().upload(request)) {
        upload.append(random(length, 1), 0, length);
        upload.commit();
      }
      ObjectInfo info = store().head(request.key(), timeout()).orElseThrow();
      assertThat(info.contentType()).isEqualTo(TYPE);
      assertThat(info.metadata())
          .containsEntry("job", "JOB-20260102-030405-x")
          .containsEntry("rows", "12")
          .containsKey(ObjectUploadRequest.MARK);
    }
  }

  @Test
  void takesAwkwardKeysLiterally() throws Exception {
    for (String key : awkwardKeys()) {
      byte[] bytes = random(unit() + 10, key.length());
      try (ObjectUpload upload = upload(key)) {
        upload.append(bytes, 0, bytes.length);
        upload.finishParts();
        assertStored(upload.commit(), key, bytes);
      }
      assertThat(read(key)).as(key).isEqualTo(bytes);
    }
  }

  @Test
  void showsNothingBeforeTheCommit() throws Exception {
    try (ObjectUpload upload = upload("invisible")) {
      upload.append(random(3 * unit(), 1), 0, 3 * unit());
      assertThat(keys()).isEmpty();
      upload.finishParts();
      assertThat(keys()).isEmpty();
      upload.commit();
      assertThat(keys()).containsExactly(prefix + "invisible");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesNothingAfterAnAbortOrACloseWithoutCommit(boolean abort) throws Exception {
    for (int length : new int[] {0, 10, 3 * unit() + 10}) {
      ObjectUpload upload = upload("aborted");
      upload.append(random(length, 1), 0, length);
      if (abort) {
        upload.abort();
        upload.abort();
      }
      upload.close();
      assertThat(keys()).isEmpty();
      assertNoOpenUpload();
      assertThatExceptionOfType(StoreException.class).isThrownBy(upload::commit);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> upload.append(new byte[1], 0, 1));
    }
  }

  @Test
  void abortsAfterTheLastPartWasSent() throws Exception {
    try (ObjectUpload upload = upload("finished")) {
      upload.append(random(2 * unit() + 10, 1), 0, 2 * unit() + 10);
      upload.finishParts();
    }
    assertThat(keys()).isEmpty();
  }

  @Test
  void leavesACommittedObjectAloneWhenItIsClosedOrAborted() throws Exception {
    try (ObjectUpload upload = upload("kept")) {
      upload.append(random(unit() + 1, 1), 0, unit() + 1);
      upload.commit();
      upload.abort();
      assertThatIllegalStateException().isThrownBy(upload::commit);
      assertThatIllegalStateException().isThrownBy(() -> upload.append(new byte[1], 0, 1));
    }
    assertThat(keys()).containsExactly(prefix + "kept");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withdrawsTheObjectThatItCommitted(boolean small) throws Exception {
    int length = small ? 10 : 2 * unit() + 10;
    try (ObjectUpload upload = upload("withdrawn")) {
      upload.append(random(length, 1), 0, length);
      upload.commit();
      store().script(Call.UPLOAD_ABORT, Fault.LOST_REQUEST);
      upload.withdraw();
      assertThat(keys()).isEmpty();
      assertNoOpenUpload();
      upload.withdraw();
      assertThatIllegalStateException().isThrownBy(upload::commit);
    }
    try (ObjectUpload next = upload("withdrawn")) {
      next.append(random(length, 2), 0, length);
      assertThat(next.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
    assertThat(read("withdrawn")).isEqualTo(random(length, 2));
  }

  @Test
  void withdrawsNoObjectOfSomebodyElse() throws Exception {
    var theirs = new ByteContent("theirs".getBytes(StandardCharsets.UTF_8));
    var put =
        new ObjectPut(prefix + "replaced", theirs, TYPE, Map.of("who", "they"), false, timeout());
    try (ObjectUpload upload = upload("replaced")) {
      upload.append(random(10, 1), 0, 10);
      upload.commit();
      store().put(put);
      upload.withdraw();
    }
    assertThat(read("replaced")).asString().isEqualTo("theirs");
    try (ObjectUpload late = upload("replaced")) {
      late.append(random(10, 1), 0, 10);
      assertThat(late.commit()).isInstanceOf(UploadOutcome.Exists.class);
      late.withdraw();
    }
    assertThat(read("replaced")).asString().isEqualTo("theirs");
  }

  /** A table has many objects, which are all committed at its end. */
  @Test
  void holdsManyFinishedObjectsWhereThereIsRoomForOneOpenOne() throws Exception {
    var room = new UploadBudget(unit() + (long) MANY * UploadBudget.SLAB_BYTES);
    var finished = new ArrayList<ObjectUpload>();
    for (int i = 0; i < MANY; i++) {
      ObjectUpload upload = store().upload(request("many/" + i, room));
      upload.append(random(100_000, i), 0, 100_000);
      upload.finishParts();
      finished.add(upload);
    }
    assertThat(keys()).isEmpty();
    for (ObjectUpload upload : finished) {
      assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
      upload.close();
    }
    assertThat(keys()).hasSize(MANY);
    assertThat(read("many/7")).isEqualTo(random(100_000, 7));
    assertThat(room.takenBytes()).isZero();
  }

  @Test
  void anotherProcessWithdrawsTheObjectThatItFoundAndNoOther() throws Exception {
    ObjectInfo first = committed("found", 1);
    store().withdraw(first, timeout());
    assertThat(keys()).isEmpty();

    ObjectInfo second = committed("found", 2);
    store().withdraw(first, timeout());
    assertThat(read("found")).isEqualTo(random(10, 2));
    store().withdraw(second, timeout());
    store().withdraw(second, timeout());
    assertThat(keys()).isEmpty();
  }

  private ObjectInfo committed(String name, long seed) throws Exception {
    try (ObjectUpload upload = upload(name)) {
      upload.append(random(10, seed), 0, 10);
      assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
    return store().head(prefix + name, timeout()).orElseThrow();
  }

  @Test
  void anotherProcessWithdrawsNothingThatNoUploadHasMade() throws Exception {
    var theirs = new ByteContent("theirs".getBytes(StandardCharsets.UTF_8));
    store().put(new ObjectPut(prefix + "put", theirs, TYPE, Map.of(), true, timeout()));
    ObjectInfo found = store().head(prefix + "put", timeout()).orElseThrow();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().withdraw(found, timeout()))
        .withMessageContaining("no upload has made it");
    assertThat(read("put")).asString().isEqualTo("theirs");
  }

  @Test
  void withdrawingWithoutACommitIsAnAbort() throws Exception {
    try (ObjectUpload upload = upload("never")) {
      upload.append(random(unit() + 1, 1), 0, unit() + 1);
      upload.finishParts();
      upload.withdraw();
      assertNoOpenUpload();
      assertThatExceptionOfType(StoreException.class).isThrownBy(upload::commit);
    }
    assertThat(keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesSomebodyElsesObjectAsItIs(boolean small) throws Exception {
    var theirs = new ByteContent("theirs".getBytes(StandardCharsets.UTF_8));
    int length = small ? 10 : 2 * unit() + 10;
    try (ObjectUpload upload = upload("taken")) {
      upload.append(random(length, 1), 0, length);
      store()
          .put(
              new ObjectPut(
                  prefix + "taken", theirs, TYPE, Map.of("who", "they"), true, timeout()));
      assertThat(upload.commit()).isEqualTo(new UploadOutcome.Exists(prefix + "taken"));
      assertNoOpenUpload();
    }
    assertThat(read("taken")).asString().isEqualTo("theirs");
    assertThat(store().head(prefix + "taken", timeout()).orElseThrow().metadata())
        .isEqualTo(Map.of("who", "they"));
  }

  @Test
  void letsExactlyOneOfFourRacersCommit() throws Exception {
    int racers = 4;
    shared = new UploadBudget(2L * racers * unit());
    var start = new CyclicBarrier(racers);
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (int i = 0; i < racers; i++) {
      byte[] bytes = filled(unit() + 10, i);
      attempts.add(
          () -> {
            try (ObjectUpload upload = upload("race")) {
              upload.append(bytes, 0, bytes.length);
              upload.finishParts();
              start.await();
              return upload.commit() instanceof UploadOutcome.Stored;
            }
          });
    }
    int winners = 0;
    try (var threads = Executors.newFixedThreadPool(racers)) {
      for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
        winners += attempt.get() ? 1 : 0;
      }
    }
    assertThat(winners).isEqualTo(1);
    byte[] stored = read("race");
    assertThat(stored).isEqualTo(filled(unit() + 10, stored[0]));
  }

  /** The process is gone between two parts: what it left is removed by the next. */
  @Test
  void removesWhatACrashedProcessLeft() throws Exception {
    ObjectUpload crashed = store().upload(request("v001/crashed", new UploadBudget(4L * unit())));
    crashed.append(random(3 * unit(), 1), 0, 3 * unit());
    crashed.finishParts();
    try (ObjectUpload other = upload("v002/other");
        ObjectStore next = open()) {
      other.append(random(2 * unit(), 2), 0, 2 * unit());
      other.finishParts();
      int seen = seesOpenUploads() ? 1 : 0;
      assertThat(next.abortUploads(prefix + "v001/")).isEqualTo(seen);
      assertThat(next.abortUploads(prefix + "v001/")).isZero();
      assertThat(keys()).isEmpty();
      assertThat(other.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
    if (seesOpenUploads()) {
      assertThatExceptionOfType(StoreException.class).isThrownBy(crashed::commit);
    }
    crashed.abort();
    assertThat(keys()).containsExactly(prefix + "v002/other");
  }

  @Test
  void removesOnlyUploadsToKeysThatStartWithThePrefix() throws Exception {
    List<ObjectUpload> crashed = new ArrayList<>();
    for (String name : List.of("t/v1/A", "t/v1/AB", "t/v1/.a", "t/v10/A", "t/v1.x")) {
      ObjectUpload upload = store().upload(request(name, new UploadBudget(4L * unit())));
      upload.append(random(10, 1), 0, 10);
      upload.finishParts();
      crashed.add(upload);
    }
    boolean seen = seesOpenUploads();
    assertThat(store().abortUploads(prefix + "t/v1/AB")).isEqualTo(seen ? 1 : 0);
    assertThat(store().abortUploads(prefix + "t/v1/")).isEqualTo(seen ? 2 : 0);
    assertThat(store().abortUploads(prefix + "t/v1")).isEqualTo(seen ? 2 : 0);
    assertThat(store().abortUploads(prefix + "absent/")).isZero();
    crashed.forEach(ObjectUpload::abort);
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"UPLOAD_OPEN", "UPLOAD_SEND", "UPLOAD_COMPLETE"})
  void goesOnAfterLostRequestsAndLostAnswers(Call call) throws Exception {
    for (Fault fault : List.of(Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.UNAVAILABLE)) {
      for (int length : new int[] {10, 3 * unit() + 77}) {
        String name = fault + "/" + length;
        byte[] bytes = random(length, 5);
        store().script(call, fault, fault);
        try (ObjectUpload upload = store().upload(request(name, budget(), THREE_RETRIES))) {
          appendInPieces(upload, bytes, 54_321);
          assertStored(upload.commit(), name, bytes);
        }
        assertThat(read(name)).as(name).isEqualTo(bytes);
        store().well();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOST_REQUEST", "LOST_ANSWER"})
  void leavesNothingWhenTheCommitIsGivenUp(Fault fault) throws Exception {
    for (int length : new int[] {10, 3 * unit() + 77}) {
      store().script(Call.UPLOAD_COMPLETE, fault);
      try (ObjectUpload upload = upload("given-up")) {
        upload.append(random(length, 1), 0, length);
        assertThatExceptionOfType(StoreException.class)
            .isThrownBy(upload::commit)
            .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
      }
      assertThat(keys()).isEmpty();
    }
  }

  @Test
  void tellsItsOwnObjectFromAnothersAfterALostAnswer() throws Exception {
    var theirs = new ByteContent(new byte[10]);
    store().script(Call.UPLOAD_COMPLETE, Fault.LOST_REQUEST);
    UploadRetry meanwhile =
        (failed, failure) ->
            store().put(new ObjectPut(prefix + "late", theirs, TYPE, Map.of(), true, timeout()));
    try (ObjectUpload upload = store().upload(request("late", budget(), meanwhile))) {
      upload.append(random(unit() + 1, 1), 0, unit() + 1);
      assertThat(upload.commit()).isEqualTo(new UploadOutcome.Exists(prefix + "late"));
    }
    assertThat(read("late")).hasSize(10);
  }

  @Test
  void endsWithTheFailureOfAPartThatIsGivenUpAndLeavesNothing() throws Exception {
    store().script(Call.UPLOAD_SEND, Fault.DENIED);
    try (ObjectUpload upload = upload("denied")) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  upload.append(new byte[100_000], 0, 100_000);
                }
              })
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
      while (budget().takenBytes() > 0) {
        Thread.onSpinWait(); // Parts that were on their way are given back when their calls end.
      }
      assertThatExceptionOfType(StoreException.class).isThrownBy(upload::commit);
    }
    assertThat(keys()).isEmpty();
  }

  /** Some stores verify each part, others the whole. */
  @Test
  void refusesBytesThatAreNotAsTheirChecksumSays() throws Exception {
    byte[] bytes = random(unit(), 3);
    var crc = new CRC32C();
    crc.update(bytes);
    var sum = new ObjectSum(bytes.length, (int) crc.getValue());
    PartSink sink = store().sink(request("damaged", budget()));
    Part part = Part.of(1, 0, bytes);
    assertThat(part.crc32c()).isEqualTo(sum.crc32c());
    bytes[bytes.length / 2] ^= 1;
    sink.open();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () -> {
              sink.send(part);
              sink.complete(Part.of(2, bytes.length, new byte[0]), sum);
            })
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.REJECTED));
    sink.abort(false);
    if (verifiesChecksums()) {
      assertThat(keys()).isEmpty();
    }
  }

  @Test
  void wakesBlockedAppendersWhenAborted() throws Exception {
    var began = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    store().script(Call.UPLOAD_SEND, Fault.UNAVAILABLE, Fault.UNAVAILABLE, Fault.UNAVAILABLE);
    UploadRetry waiting =
        (failed, failure) -> {
          began.countDown();
          goOn.await();
        };
    ObjectUpload upload = store().upload(request("blocked", budget(), waiting));
    try (var pool = Executors.newFixedThreadPool(2)) {
      Callable<Kind> appender =
          () -> {
            try {
              while (true) {
                upload.append(new byte[1_000_000], 0, 1_000_000);
              }
            } catch (StoreException e) {
              return e.kind();
            }
          };
      var first = pool.submit(appender);
      var second = pool.submit(appender);
      began.await();
      while (budget().takenBytes() < budget().bytes() && goOn.getCount() > 0) {
        Thread.onSpinWait();
      }
      upload.abort();
      assertThat(first.get()).isEqualTo(Kind.REJECTED);
      assertThat(second.get()).isEqualTo(Kind.REJECTED);
    }
    assertThat(keys()).isEmpty();
  }

  /** However the open parts share the budget(), somebody can always go on. */
  @Test
  void neverStandsStillWhileManyObjectsShareOneBudget() throws Exception {
    int objects = 4;
    shared = new UploadBudget((long) objects * unit());
    byte[][] bytes = new byte[objects][];
    List<Callable<UploadOutcome>> uploads = new ArrayList<>();
    List<ObjectUpload> open = new ArrayList<>();
    for (int i = 0; i < objects; i++) {
      byte[] all = random(2 * unit() + i * unit() / 3, i);
      bytes[i] = all;
      ObjectUpload upload =
          store()
              .upload(
                  new ObjectUploadRequest(
                      prefix + i,
                      TYPE,
                      Map.of(),
                      16 * unit(), // Never full: only the budget makes parts.
                      budget(),
                      timeout(),
                      UploadRetry.NEVER));
      open.add(upload);
      uploads.add(
          () -> {
            appendInPieces(upload, all, 33_333);
            return upload.commit();
          });
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> upload("one-too-many"))
        .withMessageContaining("raise the budget");
    try (var pool = Executors.newFixedThreadPool(objects)) {
      int i = 0;
      for (Future<UploadOutcome> outcome : pool.invokeAll(uploads)) {
        assertStored(outcome.get(), "" + i, bytes[i]);
        assertThat(read("" + i)).isEqualTo(bytes[i]);
        i++;
      }
    }
    open.forEach(ObjectUpload::close);
  }

  @Test
  void streamsAnObjectThatExceedsTheBudgetManyTimes() throws Exception {
    byte[] block = random(1_000_003, 9);
    var crc = new CRC32C();
    long bytes = 0;
    UploadOutcome outcome;
    try (ObjectUpload upload = upload("large")) {
      while (bytes < largeBytes()) {
        block[(int) (bytes % block.length)]++;
        upload.append(block, 0, block.length);
        crc.update(block);
        bytes += block.length;
        assertThat(budget().takenBytes()).isLessThanOrEqualTo(budget().bytes());
      }
      outcome = upload.commit();
    }
    assertThat(outcome).isInstanceOf(UploadOutcome.Stored.class);
    var stored = new CRC32C();
    try (InputStream in = store().open(prefix + "large")) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        stored.update(buffer, 0, n);
      }
    }
    assertThat(stored.getValue()).isEqualTo(crc.getValue());
    assertThat(store().head(prefix + "large", timeout()).orElseThrow().bytes()).isEqualTo(bytes);
  }

  private ObjectUpload upload(String name) {
    return store().upload(request(name, budget()));
  }

  private ObjectUploadRequest request(String name, UploadBudget within) {
    return request(name, within, UploadRetry.NEVER);
  }

  private ObjectUploadRequest request(String name, UploadBudget within, UploadRetry retry) {
    keysUsed.add(prefix + name);
    return new ObjectUploadRequest(prefix + name, TYPE, Map.of(), 1, within, timeout(), retry);
  }

  private List<String> keys() throws StoreException {
    return store().list(prefix, null).stream().map(ObjectInfo::key).toList();
  }

  private byte[] read(String name) throws IOException {
    try (InputStream in = store().open(prefix + name)) {
      return in.readAllBytes();
    }
  }

  private void assertStored(UploadOutcome outcome, String name, byte[] bytes) {
    assertThat(outcome).as(name).isInstanceOf(UploadOutcome.Stored.class);
    CommittedObject object = ((UploadOutcome.Stored) outcome).object();
    var crc = new CRC32C();
    crc.update(bytes);
    assertThat(object.key()).isEqualTo(prefix + name);
    assertThat(object.bytes()).isEqualTo(bytes.length);
    assertThat(object.crc32c()).isEqualTo((int) crc.getValue());
  }

  private static void appendInPieces(ObjectUpload upload, byte[] bytes, int piece)
      throws IOException, InterruptedException {
    for (int at = 0; at < bytes.length; at += piece) {
      upload.append(bytes, at, Math.min(piece, bytes.length - at));
    }
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
