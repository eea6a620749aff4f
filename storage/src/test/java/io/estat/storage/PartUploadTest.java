package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.storage.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no store shows: how parts are cut, and what happens when a store or a caller misbehaves. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PartUploadTest {
  private static final int SLAB = UploadBudget.SLAB_BYTES;

  private final UploadBudget budget = new UploadBudget(8L * SLAB);

  /** Keeps nothing but what it was asked. */
  private static class Sink implements PartSink {
    final PartLimits limits;
    final List<Long> lengths = Collections.synchronizedList(new ArrayList<>());
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    Sink(PartLimits limits) {
      this.limits = limits;
    }

    @Override
    public PartLimits limits() {
      return limits;
    }

    @Override
    public void open() {
      calls.add("open");
    }

    @Override
    public void send(Part part) throws StoreException {
      calls.add("send " + part.number());
      lengths.add(part.length());
    }

    @Override
    public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
      calls.add("complete after " + tail.length());
      return UploadOutcome.stored("k", sum);
    }

    @Override
    public Optional<UploadOutcome> find(ObjectSum sum) {
      calls.add("find");
      return Optional.empty();
    }

    @Override
    public void abort(boolean mayBeVisible) {
      calls.add("abort" + (mayBeVisible ? " and remove" : ""));
    }
  }

  @Test
  void completesASmallObjectWithoutASession() throws Exception {
    var sink = new Sink(new PartLimits(1, 1, 10, 3));
    try (var upload = upload(sink)) {
      upload.append(new byte[10], 2, 7);
      assertThat(upload.bytes()).isEqualTo(7);
      upload.commit();
    }
    assertThat(sink.calls).containsExactly("complete after 7");
  }

  @Test
  void keepsBackWhatIsNotAligned() throws Exception {
    var sink = new Sink(new PartLimits(SLAB, SLAB, 10, 1));
    try (var upload = upload(sink)) {
      upload.append(new byte[2 * SLAB + 5], 0, 2 * SLAB + 5);
      upload.finishParts();
      upload.finishParts();
      assertThat(budget.takenBytes()).isEqualTo(SLAB);
      upload.commit();
    }
    assertThat(sink.calls).containsExactly("open", "send 1", "send 2", "complete after 5", "abort");
  }

  @Test
  void growsPartsSoThatHugeObjectsHaveFewEnough() throws Exception {
    var sink = new Sink(new PartLimits(1, 1, 10_000, 1));
    byte[] slab = new byte[SLAB];
    try (var upload = upload(sink)) {
      for (int i = 0; i < 1_800; i++) {
        upload.append(slab, 0, SLAB);
      }
      upload.commit();
    }
    assertThat(sink.lengths).hasSize(1_400);
    assertThat(sink.lengths.subList(0, 1_000)).containsOnly((long) SLAB);
    assertThat(sink.lengths.subList(1_000, 1_400)).containsOnly(2L * SLAB);
  }

  /** A part may become full just when the thread that sent the one before finds nothing to do. */
  @Test
  void sendsAPartThatBecomesFullWhenTheLastSenderLeaves() throws Exception {
    var filled = new AtomicInteger();
    var sink =
        new Sink(new PartLimits(1, 1, 100_000, 1)) {
          @Override
          public void send(Part part) throws StoreException {
            while (filled.get() < part.number()) {
              Thread.onSpinWait();
            }
            super.send(part);
          }
        };
    byte[] slab = new byte[SLAB];
    try (var upload = upload(sink)) {
      upload.append(slab, 0, SLAB - 1);
      for (int part = 1; part <= 400; part++) {
        upload.append(slab, 0, 1);
        upload.append(slab, 0, SLAB - 1);
        filled.set(part);
        while (budget.takenBytes() > SLAB) {
          assertThat(Thread.interrupted()).as("timed out").isFalse();
        }
        for (int looks = part % 5; looks > 0; looks--) {
          assertThat(budget.takenBytes()).isEqualTo(SLAB);
        }
      }
      upload.abort();
    }
    assertThat(sink.lengths).hasSize(400);
  }

  @Test
  void endsWithTheDefectOfAStoreAndLeavesNothing() throws Exception {
    var sink =
        new Sink(new PartLimits(1, 1, 10, 3)) {
          @Override
          public void send(Part part) {
            throw new IllegalStateException("a bug");
          }
        };
    try (var upload = upload(sink)) {
      upload.append(new byte[SLAB], 0, SLAB);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(upload::commit)
          .withMessageContaining(
              "upload of k met a defect: java.lang.IllegalStateException: a bug");
    }
    assertThat(sink.calls).containsExactly("open", "abort");
    assertThat(budget.takenBytes()).isZero();
  }

  /** Half of a call's bytes must never be committed. */
  @Test
  void cannotBeCommittedAfterAnAppendWasInterruptedInTheMiddle() throws Exception {
    var sending = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var sink =
        new Sink(new PartLimits(1, 1, 10, 1)) {
          @Override
          public void send(Part part) throws StoreException {
            sending.countDown();
            await(goOn);
          }
        };
    try (var upload = upload(sink);
        var pool = Executors.newSingleThreadExecutor()) {
      var appending =
          pool.submit(
              () -> {
                upload.append(new byte[20 * SLAB], 0, 20 * SLAB);
                return true;
              });
      sending.await();
      pool.shutdownNow();
      assertThatThrownBy(appending::get).hasCauseInstanceOf(InterruptedException.class);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(upload::commit)
          .withMessageContaining("an append was interrupted in the middle");
      goOn.countDown();
    }
    assertThat(budget.takenBytes()).isZero();
  }

  /**
   * An interrupt of the caller does not break off the commit; the close that follows takes it back.
   */
  @Test
  void takesTheCommitBackWhenTheCommitterWasInterrupted() throws Exception {
    var committing = new CountDownLatch(1);
    var sink =
        new Sink(new PartLimits(1, 1, 10, 1)) {
          @Override
          public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
            committing.countDown();
            await(new CountDownLatch(1));
            return super.complete(tail, sum);
          }
        };
    try (var pool = Executors.newSingleThreadExecutor()) {
      var commit =
          pool.submit(
              () -> {
                try (var upload = upload(sink)) {
                  upload.append(new byte[SLAB], 0, SLAB);
                  return upload.commit();
                }
              });
      committing.await();
      pool.shutdownNow();
      assertThatThrownBy(commit::get).hasCauseInstanceOf(InterruptedException.class);
    }
    assertThat(sink.calls).containsExactly("open", "send 1", "abort and remove");
    assertThat(budget.takenBytes()).isZero();
  }

  /** What a call makes that is broken off may come after the abort has looked for it. */
  @ParameterizedTest
  @ValueSource(strings = {"open", "send", "complete"})
  void asksAStoreToForgetOnlyAfterItsAnswers(String call) throws Exception {
    var called = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var sink =
        new Sink(new PartLimits(1, 1, 10, 1)) {
          @Override
          public void open() {
            super.open();
            answerTo("open");
          }

          @Override
          public void send(Part part) throws StoreException {
            super.send(part);
            answerTo("send");
          }

          @Override
          public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
            UploadOutcome outcome = super.complete(tail, sum);
            answerTo("complete");
            return outcome;
          }

          private void answerTo(String made) {
            if (!made.equals(call)) {
              return;
            }
            called.countDown();
            try {
              goOn.await();
              calls.add("answer");
            } catch (InterruptedException e) {
              calls.add("broken off");
            }
          }
        };
    var upload = upload(sink);
    upload.append(new byte[SLAB], 0, SLAB);
    try (var pool = Executors.newSingleThreadExecutor()) {
      if (call.equals("complete")) {
        Future<UploadOutcome> _ = pool.submit(upload::commit);
      }
      called.await();
      Thread aborting = Thread.ofPlatform().start(upload::abort);
      while (aborting.isAlive() && aborting.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      aborting.join();
    }
    assertThat(sink.calls)
        .containsExactlyElementsOf(
            switch (call) {
              case "open" -> List.of("open", "answer", "abort");
              case "send" -> List.of("open", "send 1", "answer", "abort");
              default ->
                  List.of("open", "send 1", "complete after 0", "answer", "abort and remove");
            });
    assertThat(budget.takenBytes()).isZero();
  }

  /** Others may want the room of an open part just when it is to be committed. */
  @Test
  void cutsNothingOffWhatIsToBeCommittedWhole() throws Exception {
    var cut = new ArrayList<Part>();
    var limits = new PartLimits(1, 1, 10, 1);
    var shared = new UploadBudget(4L * SLAB);
    var whole = new PartBuffer(shared, 8 * SLAB, limits, () -> {}, cut::add);
    var other = new PartBuffer(shared, 8 * SLAB, limits, () -> {}, part -> {});
    for (int slab = 0; slab < 3; slab++) {
      whole.write(new byte[SLAB], 0, SLAB);
    }
    other.write(new byte[SLAB], 0, SLAB);
    assertThat(withLock(shared, whole::keepWhole)).isTrue();
    var writing = new FutureTask<>(() -> other.write(new byte[1], 0, 1));
    Thread writer = Thread.ofPlatform().start(writing);
    while (writer.getState() != Thread.State.WAITING && !writing.isDone()) {
      Thread.onSpinWait();
    }
    Part tail =
        withLock(
            shared,
            () -> {
              Part taken = whole.takeTail();
              shared.ended(taken);
              return taken;
            });
    assertThat(cut).isEmpty();
    assertThat(tail.length()).isEqualTo(3 * SLAB);
    assertThat(writing.get()).isEqualTo(1);
  }

  /** The attempt whose answer was lost had its effect only when the next was under way. */
  @Test
  void findsItsObjectWhenTheUploadIsGoneAfterALostAnswer() throws Exception {
    var sink =
        new Sink(new PartLimits(1, 1, 10, 1)) {
          private int attempts;

          @Override
          public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
            super.complete(tail, sum);
            Kind kind = attempts++ == 0 ? Kind.UNKNOWN_OUTCOME : Kind.REJECTED;
            throw new StoreException(kind, "no such upload", null);
          }

          @Override
          public Optional<UploadOutcome> find(ObjectSum sum) {
            super.find(sum);
            return attempts < 2 ? Optional.empty() : Optional.of(UploadOutcome.stored("k", sum));
          }
        };
    UploadRetry retry =
        (failed, failure) -> {
          if (failure.kind() != Kind.UNKNOWN_OUTCOME) {
            throw failure;
          }
        };
    try (var upload = new PartUpload(request(budget, 1, retry), sink)) {
      upload.append(new byte[SLAB], 0, SLAB);
      assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
    assertThat(sink.calls)
        .containsExactly(
            "open", "send 1", "complete after 0", "find", "complete after 0", "find", "abort");
  }

  private static <T> T withLock(UploadBudget budget, Supplier<T> call) {
    budget.lock().lock();
    try {
      return call.get();
    } finally {
      budget.lock().unlock();
    }
  }

  private static void await(CountDownLatch latch) throws StoreException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new StoreException(Kind.UNKNOWN_OUTCOME, "interrupted", e);
    }
  }

  private PartUpload upload(PartSink sink) {
    return upload(sink, budget, 1);
  }

  private static PartUpload upload(PartSink sink, UploadBudget budget, int partBytes) {
    return new PartUpload(request(budget, partBytes, UploadRetry.NEVER), sink);
  }

  private static ObjectUploadRequest request(
      UploadBudget budget, int partBytes, UploadRetry retry) {
    return new ObjectUploadRequest(
        "k", "text/plain", Map.of(), partBytes, budget, Duration.ofSeconds(20), retry);
  }
}
