package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.LandedObject;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartLimits;
import io.estat.storage.StoreException;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.FaultyStore.Call;
import io.estat.testkit.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The objects of one table, filled by several threads, in a budget with room for one of them. */
@Timeout(300)
final class TableOutputTest {
  private static final int LEAST = 5 << 20;
  private static final long MAX = 300_000;
  private static final int THREADS = 8;
  private static final int APPENDS = 100;

  private final MemoryStore memory = new MemoryStore(new PartLimits(LEAST, 1, 10_000, 3));
  private final FaultyStore store = new FaultyStore(memory);
  private final UploadBudget budget = new UploadBudget(LEAST);
  private final TableOutput output =
      new TableOutput(
          "T",
          MAX,
          new TableOutput.Uploads() {
            @Override
            public ObjectUpload open(String name) {
              return upload(name, TableOutput.CONTENT_TYPE, budget);
            }

            @Override
            public ObjectUpload openBeside(String name, String contentType) {
              return upload(name, contentType, new UploadBudget(LEAST));
            }

            @Override
            public String url(String name) {
              return "memory://test/" + name;
            }
          });

  private ObjectUpload upload(String name, String contentType, UploadBudget within) {
    return store.upload(
        new ObjectUploadRequest(
            name, contentType, Map.of(), LEAST, within, Duration.ofSeconds(20), UploadRetry.NEVER));
  }

  /** Each thread's members, of sizes that meet the bound anywhere. */
  private List<Future<?>> appenders(ExecutorService pool) {
    var appenders = new ArrayList<Future<?>>();
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      Callable<Boolean> appender =
          () -> {
            for (int i = 0; i < APPENDS; i++) {
              output.append(new byte[size(thread, i)], size(thread, i), 1);
            }
            return true;
          };
      appenders.add(pool.submit(appender));
    }
    return appenders;
  }

  private static int size(int thread, int i) {
    return 1 + (thread * 7919 + i * 104_729) % 90_000;
  }

  @Test
  void fillsOneObjectAfterTheOther() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      for (Future<?> appender : appenders(pool)) {
        appender.get();
      }
    }
    output.finish();
    assertThat(memory.keys()).as("before the commit").isEmpty();

    List<LandedObject> landed = output.commit(() -> {});

    long bytes = 0;
    for (int t = 0; t < THREADS; t++) {
      for (int i = 0; i < APPENDS; i++) {
        bytes += size(t, i);
      }
    }
    assertThat(landed).hasSizeGreaterThan(100).allMatch(object -> object.bytes() <= MAX);
    assertThat(landed.stream().mapToLong(LandedObject::bytes).sum()).isEqualTo(bytes);
    assertThat(landed.stream().mapToLong(LandedObject::rows).sum()).isEqualTo(THREADS * APPENDS);
    assertThat(landed.get(1).name()).isEqualTo("T-00002.jsonl.gz");
    assertThat(memory.keys()).hasSameSizeAs(landed);
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void everyAppenderLearnsThatAFullObjectCannotBeFinished() throws Exception {
    store.script(Call.UPLOAD_SEND, Fault.NONE, Fault.DENIED);
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      for (Future<?> appender : appenders(pool)) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(appender::get)
            .withCauseInstanceOf(StoreException.class);
      }
    }
    output.abort();

    assertThat(memory.keys()).isEmpty();
    assertThat(memory.abortUploads("")).as("uploads that are open").isZero();
    assertThat(budget.takenBytes()).isZero();
  }

  @Test
  void anAbortWaitsForAllObjectsAtOnce() throws Exception {
    for (int i = 0; i <= 3; i++) {
      output.append(new byte[(int) MAX], (int) MAX, 1);
    }
    store.script(Call.UPLOAD_ABORT, Fault.HANG, Fault.HANG, Fault.HANG);

    Thread aborting = Thread.ofVirtual().start(output::abort);

    await().until(() -> store.calls(Call.UPLOAD_ABORT) == 3);
    store.well();
    aborting.join();
    assertThat(memory.abortUploads("")).as("uploads that are open").isZero();
  }
}
