package io.estat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartLimits;
import io.estat.storage.StoreException;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.FaultyStore.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One budget over many uploads: whatever they append, somebody can always go on. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UploadBudgetTest {
  private static final int SLAB = UploadBudget.SLAB_BYTES;

  /** A job: so many objects, each appended to by some threads in calls of these lengths. */
  private record Plan(
      PartLimits limits,
      int partBytes,
      int spareSlabs,
      int threads,
      List<List<Integer>> objects,
      boolean faults) {}

  private static Plan plan(Random random) {
    int minSlabs = 1 + random.nextInt(3);
    boolean aligned = random.nextBoolean();
    var limits =
        new PartLimits(
            random.nextBoolean() ? minSlabs * SLAB : minSlabs * SLAB - random.nextInt(SLAB),
            aligned ? SLAB * (1 + random.nextInt(2)) : 1,
            10_000,
            1 + random.nextInt(3));
    List<List<Integer>> objects = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      List<Integer> calls = new ArrayList<>();
      int n = random.nextInt(12);
      for (int c = 0; c < n; c++) {
        calls.add(
            switch (random.nextInt(4)) {
              case 0 -> random.nextInt(3);
              case 1 -> random.nextInt(10_000);
              case 2 -> SLAB * random.nextInt(3);
              default -> random.nextInt(5 * SLAB);
            });
      }
      objects.add(calls);
    }
    return new Plan(
        limits,
        1 + random.nextInt(8 * SLAB),
        random.nextInt(3),
        1 + random.nextInt(3),
        objects,
        random.nextBoolean());
  }

  @Test
  void lastsForAnyNumberOfAppendersAndAnySizes() {
    Property.forAll(150, UploadBudgetTest::plan, UploadBudgetTest::carriedOut);
  }

  private static void carriedOut(Plan plan) throws Exception {
    int smallest = plan.limits.leastBytes();
    int slabs = plan.objects.size() * Math.ceilDiv(smallest, SLAB) + plan.spareSlabs;
    var budget = new UploadBudget((long) slabs * SLAB);
    var memory = new MemoryStore(plan.limits);
    var store = new FaultyStore(memory);
    if (plan.faults) {
      for (Call call : List.of(Call.UPLOAD_OPEN, Call.UPLOAD_SEND, Call.UPLOAD_COMPLETE)) {
        store.script(call, Fault.UNAVAILABLE, Fault.LOST_ANSWER);
      }
    }
    List<ObjectUpload> uploads = new ArrayList<>();
    for (int i = 0; i < plan.objects.size(); i++) {
      uploads.add(store.upload(request("o" + i, plan.partBytes, budget, (n, e) -> {})));
    }
    var pool = Executors.newCachedThreadPool();
    try {
      List<Future<?>> appenders = new ArrayList<>();
      for (int i = 0; i < uploads.size(); i++) {
        appenders.addAll(appenders(pool, uploads.get(i), plan.objects.get(i), plan.threads));
      }
      for (Future<?> appender : appenders) {
        appender.get(1, TimeUnit.MINUTES);
      }
      for (ObjectUpload upload : uploads) {
        Callable<UploadOutcome> commit = upload::commit;
        assertThat(pool.submit(commit).get(1, TimeUnit.MINUTES))
            .isInstanceOf(UploadOutcome.Stored.class);
      }
    } finally {
      // Wakes an appender that would wait for ever, so that the plan is told.
      uploads.forEach(ObjectUpload::abort);
      pool.close();
    }
    for (int i = 0; i < uploads.size(); i++) {
      long expected = plan.objects.get(i).stream().mapToLong(n -> n).sum();
      assertThat(memory.bytes("o" + i)).hasSize((int) expected);
    }
    assertThat(budget.takenBytes()).isZero();
    assertThat(memory.abortUploads("")).isZero();
  }

  private static List<Future<?>> appenders(
      ExecutorService pool, ObjectUpload upload, List<Integer> calls, int threads) {
    List<Future<?>> appenders = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t;
      Callable<Boolean> appender =
          () -> {
            for (int c = first; c < calls.size(); c += threads) {
              upload.append(new byte[calls.get(c)], 0, calls.get(c));
            }
            return true;
          };
      appenders.add(pool.submit(appender));
    }
    return appenders;
  }

  @Test
  void refusesOneMoreUploadThanItCanKeepGoingAndSaysWhatToRaise() {
    var store = new MemoryStore(new PartLimits(2 * SLAB, 1, 10_000, 1));
    var budget = new UploadBudget(5 * SLAB);
    ObjectUpload first = store.upload(request("a", 1, budget, UploadRetry.NEVER));
    ObjectUpload second = store.upload(request("b", 1, budget, UploadRetry.NEVER));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.upload(request("c", 1, budget, UploadRetry.NEVER)))
        .withMessageContaining("budget of 1310720 bytes")
        .withMessageContaining("raise the budget or open fewer objects");
    first.close();
    store.upload(request("c", 1, budget, UploadRetry.NEVER)).close();
    second.close();
    assertThatIllegalArgumentException().isThrownBy(() -> new UploadBudget(SLAB - 1));
  }

  /** So a table of a thousand objects can keep them all open until its end. */
  @Test
  void leavesAFinishedUploadNoMoreThanItsTail() throws Exception {
    for (int align : new int[] {1, SLAB}) {
      var store = new MemoryStore(new PartLimits(2 * SLAB, align, 10_000, 1));
      var budget = new UploadBudget(40 * SLAB);
      List<ObjectUpload> finished = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        ObjectUpload upload = store.upload(request("o" + i, 1, budget, UploadRetry.NEVER));
        upload.append(new byte[3 * SLAB + 1], 0, 3 * SLAB + 1);
        upload.finishParts();
        finished.add(upload);
      }
      assertThat(budget.takenBytes()).isEqualTo(align == 1 ? 0 : 30L * SLAB);
      for (ObjectUpload upload : finished) {
        assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
      }
      assertThat(budget.takenBytes()).isZero();
    }
  }

  @Test
  void saysWhatToRaiseWhenPartsRunOut() {
    var store = new MemoryStore(new PartLimits(1, 1, 3, 1));
    var budget = new UploadBudget(40L * SLAB);
    try (var upload = store.upload(request("huge", 1, budget, UploadRetry.NEVER))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  upload.append(new byte[SLAB], 0, SLAB);
                }
              })
          .withMessageContaining("needs more than 3 parts; raise the size of a part");
    }
    assertThat(store.keys()).isEmpty();
  }

  private static ObjectUploadRequest request(
      String key, int partBytes, UploadBudget budget, UploadRetry retry) {
    return new ObjectUploadRequest(
        key, "text/plain", Map.of(), partBytes, budget, Duration.ofSeconds(20), retry);
  }
}
