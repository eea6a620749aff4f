package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.StoreException;
import io.estat.testkit.FaultyStore.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without faults it is the store inside; with them it does what they say and counts it. */
class FaultyStoreTest extends ObjectStoreContract {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final MemoryStore inner = new MemoryStore();
  private final FaultyStore faulty = new FaultyStore(inner);

  @Override
  protected ObjectStore store() {
    return faulty;
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, STORED, true",
    "LOST_REQUEST, UNKNOWN_OUTCOME, false",
    "LOST_ANSWER, UNKNOWN_OUTCOME, true",
    "HANG, UNKNOWN_OUTCOME, false",
    "HANG_THEN_STORE, UNKNOWN_OUTCOME, true",
    "DENIED, DENIED, false",
    "NO_BUCKET, NO_BUCKET, false",
    "THROTTLED, THROTTLED, false",
    "UNAVAILABLE, UNAVAILABLE, false",
    "CONFLICT, CONFLICT, false",
    "REFUSES_CONDITIONS, CONDITION_REFUSED, false",
  })
  void failsAsTheFaultSaysAndStoresOnlyWhereItSays(Fault fault, String outcome, boolean stored) {
    faulty.script(fault);
    assertThat(outcome("k", SHORT)).isEqualTo(outcome);
    assertThat(inner.keys()).hasSize(stored ? 1 : 0);
    assertThat(outcome("next", SHORT)).as("the script is over").isEqualTo("STORED");
  }

  @Test
  void letsSomebodyElseTakeTheKey() {
    faulty.script(Fault.TAKEN);
    assertThat(outcome("k", SHORT)).isEqualTo("EXISTS");
    assertThat(inner.head("k", SHORT).orElseThrow().metadata())
        .isEqualTo(Map.of("batch", "foreign"));
  }

  @Test
  void hangsUntilTheTimeoutOfThePut() {
    faulty.fail(Fault.HANG);
    long start = System.nanoTime();
    assertThat(outcome("k", SHORT)).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
  }

  @Test
  void letsGoOfWhatHangsWhenItIsWellAgain() throws Exception {
    faulty.fail(Fault.HANG);
    var hanging = CompletableFuture.supplyAsync(() -> outcome("k", LONG));
    while (faulty.putsUnderWay() == 0) {
      Thread.onSpinWait();
    }
    // The put may not wait yet: then the first cure comes before its wait.
    while (!hanging.isDone()) {
      faulty.well();
    }
    assertThat(hanging.get()).isIn("UNKNOWN_OUTCOME", "STORED");
    assertThat(faulty.putsUnderWay()).isZero();
    assertThat(outcome("next", SHORT)).isEqualTo("STORED");
  }

  @Test
  void isAsSlowAsToldButNeverSlowerThanTheTimeout() {
    faulty.slow(SHORT);
    long start = System.nanoTime();
    assertThat(outcome("slow", LONG)).isEqualTo("STORED");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
    faulty.slow(LONG);
    assertThat(outcome("slower", SHORT)).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(inner.keys()).containsExactly("slow");
  }

  @Test
  void rollsTheSameFaultsForTheSameSeed() {
    List<String> first = rolled(7);
    assertThat(rolled(7)).isEqualTo(first);
    assertThat(first).contains("STORED", "DENIED", "THROTTLED");
  }

  private static List<String> rolled(long seed) {
    var store = new FaultyStoreTest();
    store.faulty.roll(seed, 0.5, Fault.DENIED, Fault.THROTTLED);
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      outcomes.add(store.outcome("k" + i, SHORT));
    }
    return outcomes;
  }

  @Test
  void countsCallsByKindAndFailsThemAll() {
    faulty.fail(Fault.UNAVAILABLE);
    assertThat(outcome("k", SHORT)).isEqualTo("UNAVAILABLE");
    assertThat(fails(() -> faulty.head("k", SHORT))).isTrue();
    assertThat(fails(() -> faulty.open("k"))).isTrue();
    assertThat(fails(() -> faulty.list("", null))).isTrue();
    for (Call call : List.of(Call.PUT, Call.HEAD, Call.OPEN, Call.LIST)) {
      assertThat(faulty.calls(call)).as("%s", call).isEqualTo(1);
    }
  }

  private interface StoreCall {
    void run() throws StoreException;
  }

  private static boolean fails(StoreCall call) {
    try {
      call.run();
      return false;
    } catch (StoreException e) {
      return true;
    }
  }

  private String outcome(String key, Duration timeout) {
    var content = new ByteContent(key.getBytes(StandardCharsets.UTF_8));
    try {
      return faulty
          .put(new ObjectPut(key, content, "text/plain", Map.of("batch", "mine"), true, timeout))
          .name();
    } catch (StoreException e) {
      return e.kind().name();
    }
  }
}
