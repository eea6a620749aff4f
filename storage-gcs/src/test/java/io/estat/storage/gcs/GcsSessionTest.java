package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.gcs.GcsCall;
import io.estat.testkit.gcs.GcsFault;
import io.estat.testkit.gcs.GcsObject;
import io.estat.testkit.gcs.GcsServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads through a session whose requests and answers get lost, by half and whole. */
class GcsSessionTest {
  private static final int UNIT = GcsSession.UNIT_BYTES;
  private static final int PART = 3 * UNIT;

  private final GcsServer server = new GcsServer();
  private final GcsStore store = GcsStores.at(server.url());
  private final UploadBudget budget = new UploadBudget(4 * PART);
  private final List<StoreException> failures = new CopyOnWriteArrayList<>();
  private final byte[] bytes = random(2 * PART + UNIT + 1000);

  @BeforeEach
  void createBucket() {
    server.createBucket("bucket");
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  static Stream<Arguments> faultsThatPass() {
    return Stream.of(
        Arguments.of(GcsCall.OPEN_SESSION, GcsFault.LOSES_ANSWER, Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.OPEN_SESSION, GcsFault.answers(503), Kind.THROTTLED),
        Arguments.of(GcsCall.CHUNK, GcsFault.LOSES_ANSWER, Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.CHUNK, GcsFault.cutsBodyAfter(0), Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.CHUNK, GcsFault.cutsBodyAfter(UNIT + 7), Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.CHUNK, GcsFault.HANGS, Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.CHUNK, GcsFault.answers(408), Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.CHUNK, GcsFault.answers(429), Kind.THROTTLED),
        Arguments.of(GcsCall.CHUNK, GcsFault.answers(500), Kind.UNAVAILABLE),
        Arguments.of(GcsCall.CHUNK, GcsFault.answers(503), Kind.THROTTLED),
        Arguments.of(GcsCall.CHUNK, GcsFault.persistsOnly(0), Kind.UNAVAILABLE),
        Arguments.of(GcsCall.COMPLETE, GcsFault.LOSES_ANSWER, Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.COMPLETE, GcsFault.HANGS, Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.COMPLETE, GcsFault.cutsBodyAfter(500), Kind.UNKNOWN_OUTCOME),
        Arguments.of(GcsCall.COMPLETE, GcsFault.persistsOnly(0), Kind.UNAVAILABLE),
        Arguments.of(GcsCall.COMPLETE, GcsFault.answers(503), Kind.THROTTLED));
  }

  @ParameterizedTest
  @MethodSource("faultsThatPass")
  void goesOnAfter(GcsCall call, GcsFault fault, Kind kind) throws Exception {
    server.plan(call, fault);
    assertStoredWhole(uploadAll(retrying(1)));
    assertThat(failures).extracting(StoreException::kind).containsExactly(kind);
  }

  @ParameterizedTest
  @MethodSource("faultsThatPass")
  void goesOnAfterTwiceTheSameAndALostStatus(GcsCall call, GcsFault fault, Kind kind)
      throws Exception {
    server.plan(call, fault, fault);
    server.plan(GcsCall.STATUS, GcsFault.LOSES_ANSWER);
    assertStoredWhole(uploadAll(retrying(3)));
    assertThat(failures).extracting(StoreException::kind).contains(kind);
  }

  /** No failure at all: the store may keep less than it is sent, and says how much. */
  @Test
  void sendsTheRestOfAPartThatWasKeptByHalf() throws Exception {
    server.plan(GcsCall.CHUNK, GcsFault.persistsOnly(UNIT), GcsFault.persistsOnly(UNIT));
    assertStoredWhole(uploadAll(UploadRetry.NEVER));
    assertThat(server.heads())
        .contains(
            "PUT  bytes 0-786431/*", "PUT  bytes 262144-786431/*", "PUT  bytes 524288-786431/*");
    assertThat(server.calls()).doesNotContain(GcsCall.STATUS);
  }

  @Test
  void asksWhatWasKeptBeforeItSendsAgain() throws Exception {
    server.plan(GcsCall.CHUNK, GcsFault.cutsBodyAfter(2 * UNIT + 5));
    assertStoredWhole(uploadAll(retrying(1)));
    assertThat(server.heads())
        .containsSubsequence(
            "PUT  bytes 0-786431/*", "PUT  bytes */*", "PUT  bytes 524288-786431/*");
  }

  @Test
  void completesWithoutATailWhenTheLengthIsAMultipleOfTheUnit() throws Exception {
    byte[] whole = random(2 * PART);
    assertThat(upload("whole", whole, UploadRetry.NEVER)).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(server.heads()).contains("PUT  bytes */" + whole.length);
    assertThat(object("whole").content().bytes()).isEqualTo(whole);
  }

  @Test
  void sendsAnObjectBelowOnePartAsOnePut() throws Exception {
    UploadOutcome outcome = upload("small", random(UNIT), UploadRetry.NEVER);
    assertThat(outcome).isInstanceOf(UploadOutcome.Stored.class);
    assertThat(server.calls()).containsExactly(GcsCall.INSERT);
    assertThat(((UploadOutcome.Stored) outcome).object().generation())
        .isEqualTo(Long.toString(object("small").generation()));
  }

  @Test
  void setsNoContentEncoding() throws Exception {
    uploadAll(UploadRetry.NEVER);
    upload("small", random(UNIT), UploadRetry.NEVER);
    assertThat(object("k").contentEncoding()).isEmpty();
    assertThat(object("small").contentEncoding()).isEmpty();
  }

  @Test
  void saysTheGenerationOfTheObject() throws Exception {
    var stored = (UploadOutcome.Stored) uploadAll(UploadRetry.NEVER);
    assertThat(stored.object().generation()).isEqualTo(Long.toString(object("k").generation()));
  }

  @Test
  void refusesBytesThatWereDamagedOnTheWay() {
    server.plan(GcsCall.CHUNK, GcsFault.NONE, GcsFault.CORRUPTS);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> uploadAll(UploadRetry.NEVER))
        .withMessageContaining("CRC32C")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.REJECTED));
    assertThat(server.object("bucket", "k")).isEmpty();
    assertThat(server.openSessions()).isZero();
  }

  @Test
  void sendsNothingWhenTheKeyIsTakenFromTheStart() throws Exception {
    putOther();
    assertThat(uploadAll(UploadRetry.NEVER)).isEqualTo(new UploadOutcome.Exists("k"));
    assertThat(server.calls()).doesNotContain(GcsCall.CHUNK, GcsCall.COMPLETE);
    assertThat(object("k").content().bytes()).hasSize(5);
  }

  @Test
  void leavesTheObjectOfWhoeverCameFirst() throws Exception {
    try (ObjectUpload upload = begin("k", UploadRetry.NEVER)) {
      upload.append(bytes, 0, bytes.length);
      upload.finishParts();
      putOther();
      assertThat(upload.commit()).isEqualTo(new UploadOutcome.Exists("k"));
    }
    assertThat(object("k").content().bytes()).hasSize(5);
    assertThat(server.openSessions()).isZero();
  }

  @Test
  void saysThatTheBucketOfAnUploadIsMissing() {
    try (GcsStore missing = GcsStores.at(server.url(), "absent", Duration.ofSeconds(10))) {
      var upload = missing.upload(request("k", UploadRetry.NEVER));
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(
              () -> {
                try (upload) {
                  upload.append(bytes, 0, bytes.length);
                  upload.finishParts();
                }
              })
          .withMessageContaining("gs://absent")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NO_BUCKET));
    }
  }

  /** The address is that of an object now. */
  @Test
  void leavesASessionAloneThatIsComplete() throws Exception {
    server.plan(
        GcsCall.CANCEL, GcsFault.answers(503), GcsFault.answers(503), GcsFault.answers(503));
    try (ObjectUpload upload = begin("k", UploadRetry.NEVER)) {
      upload.append(bytes, 0, bytes.length);
      upload.commit();
      assertThat(server.calls()).doesNotContain(GcsCall.CANCEL);
      upload.withdraw();
    }
    assertThat(server.object("bucket", "k")).isEmpty();
  }

  @Test
  void saysThatASessionIsGoneAndLeavesNothing() {
    server.plan(GcsCall.CHUNK, GcsFault.NONE, GcsFault.FORGETS_SESSION);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> uploadAll(UploadRetry.NEVER))
        .withMessageContainingAll("upload of k into gs://bucket", "410", "begin anew")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.REJECTED));
    assertThat(server.object("bucket", "k")).isEmpty();
  }

  @Test
  void cancelsTheSessionAtAnAbort() throws Exception {
    ObjectUpload upload = begin("k", UploadRetry.NEVER);
    upload.append(bytes, 0, bytes.length);
    upload.finishParts();
    assertThat(server.openSessions()).isEqualTo(1);
    server.plan(GcsCall.CANCEL, GcsFault.answers(503), GcsFault.LOSES_ANSWER);
    upload.abort();
    assertThat(server.openSessions()).isZero();
    assertThat(server.object("bucket", "k")).isEmpty();
    assertThat(budget.takenBytes()).isZero();
  }

  /** Also when the session cannot be cancelled. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void removesAnObjectThatItCannotKnowToBeThereAtAnAbort(boolean cancels) throws Exception {
    server.plan(GcsCall.COMPLETE, GcsFault.LOSES_ANSWER);
    if (!cancels) {
      GcsFault refused = GcsFault.answers(403);
      server.plan(GcsCall.CANCEL, refused, refused, refused);
    }
    try (ObjectUpload upload = begin("k", UploadRetry.NEVER)) {
      upload.append(bytes, 0, bytes.length);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(upload::commit)
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
      assertThat(server.object("bucket", "k")).isPresent();
    }
    assertThat(server.object("bucket", "k")).isEmpty();
  }

  @Test
  void keepsTheSessionsAddressToItself() throws Exception {
    for (GcsFault fault :
        List.of(
            GcsFault.LOSES_ANSWER,
            GcsFault.HANGS,
            GcsFault.answers(500),
            GcsFault.answers(403),
            GcsFault.cutsBodyAfter(9))) {
      server.plan(GcsCall.CHUNK, fault);
      server.plan(GcsCall.STATUS, fault);
      server.plan(GcsCall.COMPLETE, fault);
      server.plan(GcsCall.CANCEL, fault, fault, fault);
      try (ObjectUpload upload = begin("k" + fault, retrying(2))) {
        upload.append(bytes, 0, bytes.length);
        upload.finishParts();
      } catch (StoreException e) {
        failures.add(e);
      }
    }
    assertThat(failures).hasSizeGreaterThan(5);
    for (StoreException failure : failures) {
      var trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain("upload_id", "/upload/", server.url());
    }
  }

  private void putOther() throws StoreException {
    store.put(
        new ObjectPut(
            "k",
            new ByteContent(new byte[5]),
            "text/plain",
            Map.of(),
            true,
            Duration.ofSeconds(10)));
  }

  private UploadRetry retrying(int times) {
    return (failed, failure) -> {
      failures.add(failure);
      if (failed > times) {
        throw failure;
      }
    };
  }

  private UploadOutcome uploadAll(UploadRetry retry) throws Exception {
    return upload("k", bytes, retry);
  }

  private UploadOutcome upload(String key, byte[] content, UploadRetry retry) throws Exception {
    try (ObjectUpload upload = begin(key, retry)) {
      upload.append(content, 0, content.length);
      return upload.commit();
    }
  }

  private ObjectUpload begin(String key, UploadRetry retry) {
    return store.upload(request(key, retry));
  }

  private ObjectUploadRequest request(String key, UploadRetry retry) {
    return new ObjectUploadRequest(
        key,
        "application/gzip",
        Map.of("batch", "1"),
        PART,
        budget,
        Duration.ofMillis(2_000),
        retry);
  }

  private void assertStoredWhole(UploadOutcome outcome) {
    assertThat(outcome).isInstanceOf(UploadOutcome.Stored.class);
    GcsObject object = object("k");
    assertThat(object.content().bytes()).isEqualTo(bytes);
    assertThat(object.contentType()).isEqualTo("application/gzip");
    assertThat(object.metadata()).containsEntry("batch", "1").containsKey("estat-upload");
    assertThat(budget.takenBytes()).isZero();
  }

  private GcsObject object(String key) {
    return server.object("bucket", key).orElseThrow();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
