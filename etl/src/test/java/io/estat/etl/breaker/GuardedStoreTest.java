package io.estat.etl.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.etl.breaker.Breaker.State;
import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.FaultyStore.Call;
import io.estat.testkit.ManualClock;
import io.estat.testkit.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GuardedStoreTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final MemoryStore landed = new MemoryStore();
  private final FaultyStore faulty = new FaultyStore(landed);
  private final Breakers breakers =
      Breakers.of(
          new BreakerOptions(2, Duration.ofMinutes(1), Duration.ofSeconds(30)),
          () -> Instant.ofEpochMilli(clock.wallMillis()));
  private final ObjectStore store = breakers.guard(faulty);

  @ParameterizedTest
  @EnumSource(names = {"LOST_REQUEST", "THROTTLED", "UNAVAILABLE"})
  void aStoreThatIsAwayIsNotAskedAgain(Fault fault) {
    faulty.fail(fault);
    put(2);
    assertThat(breakers.store().state()).isEqualTo(State.OPEN);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(object()))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .satisfies(e -> assertThat(OutageException.in(e)).isPresent());
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.head("k", TIMEOUT));
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.list("", null));
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.abortUploads("k"));
    assertThat(faulty.calls(Call.PUT)).isEqualTo(2);
    assertThat(faulty.calls(Call.HEAD) + faulty.calls(Call.LIST)).isZero();
    assertThat(faulty.calls(Call.UPLOAD_ABORT)).isZero();
    assertThat(breakers.database().state()).isEqualTo(State.CLOSED);
  }

  @ParameterizedTest
  @EnumSource(names = {"DENIED", "NO_BUCKET", "CONFLICT", "REFUSES_CONDITIONS"})
  void aStoreThatRefusesIsThere(Fault fault) {
    faulty.fail(fault);
    put(10);

    assertThat(breakers.store().state()).isEqualTo(State.CLOSED);
    assertThat(faulty.calls(Call.PUT)).isEqualTo(10);
  }

  @Test
  void aStoreThatIsBackIsAskedAsBefore() throws Exception {
    faulty.fail(Fault.UNAVAILABLE);
    put(3);
    faulty.well();
    clock.advance(Duration.ofSeconds(31));

    store.put(object());

    assertThat(breakers.store().state()).isEqualTo(State.CLOSED);
    assertThat(landed.keys()).containsExactly("k");
  }

  @Test
  void anUploadGoesThroughTheBreakerFromItsFirstPartToItsCommit() throws Exception {
    try (ObjectUpload upload = store.upload(request(UploadRetry.NEVER))) {
      upload.append(new byte[1 << 20], 0, 1 << 20);
      assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
    faulty.fail(Fault.UNAVAILABLE);
    put(2);
    int opened = faulty.calls(Call.UPLOAD_OPEN);

    try (ObjectUpload refused = store.upload(request(UploadRetry.NEVER))) {
      // The sender's thread may meet the breaker before the last byte is appended.
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(
              () -> {
                refused.append(new byte[1 << 20], 0, 1 << 20);
                refused.finishParts();
              })
          .satisfies(e -> assertThat(OutageException.in(e)).isPresent());
    }
    assertThat(faulty.calls(Call.UPLOAD_OPEN)).isEqualTo(opened);
  }

  @Test
  void anAbortIsTriedAlsoWhileTheStoreIsAway() throws Exception {
    ObjectUpload upload = store.upload(request(UploadRetry.NEVER));
    upload.append(new byte[1 << 20], 0, 1 << 20);
    upload.finishParts();
    faulty.fail(Fault.UNAVAILABLE);
    put(2);
    faulty.well();

    upload.abort();

    assertThat(breakers.store().state()).isEqualTo(State.OPEN);
    assertThat(landed.abortUploads("up")).isZero();
  }

  @Test
  void aCallThatAnAbortBrokeOffSaysNothingAboutTheStore() {
    faulty.fail(Fault.LOST_REQUEST);
    for (int i = 0; i < 5; i++) {
      Thread.currentThread().interrupt();
      put(1);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(breakers.store().state()).isEqualTo(State.CLOSED);
  }

  private void put(int times) {
    for (int i = 0; i < times; i++) {
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.put(object()));
    }
  }

  private static ObjectPut object() {
    return new ObjectPut(
        "k", new ByteContent(new byte[] {1}), "text/plain", Map.of(), true, TIMEOUT);
  }

  private static ObjectUploadRequest request(UploadRetry retry) {
    var budget = new UploadBudget(16 << 20);
    return new ObjectUploadRequest("up", "text/plain", Map.of(), 1, budget, TIMEOUT, retry);
  }
}
