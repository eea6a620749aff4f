package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.Ledger.Flow;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The hand-over between the open batch and the workers. */
class UploadQueueTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(30);

  @Test
  void handsOutTheOldestFirstAndWhatComesBackBeforeAllOthers() throws Exception {
    var intake = new Intake(Intake.limits(1, 10, 4));
    intake.accept(3);
    Batch first = intake.take();
    Batch second = intake.take();
    assertThat(Intake.text(first)).contains("e0");
    assertThat(Intake.text(second)).contains("e1");
    intake.queue.putBack(first);
    assertThat(intake.take().name()).isEqualTo(first.name());
    assertThat(Intake.text(intake.take())).contains("e2");
  }

  @Test
  void isFullAtUploadQueueBatches() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 3));
    intake.accept(5);
    assertThat(intake.queue.isFull()).isFalse();
    assertThat(intake.queue.takeIfFull()).isNull();
    intake.accept(1);
    assertThat(intake.queue.isFull()).isTrue();
    assertThat(intake.queue.takeIfFull()).isNotNull();
    assertThat(intake.queue.isFull()).isFalse();
  }

  @Test
  void isFullAlsoWhenTheBudgetCouldNotTakeAFurtherBatch() {
    var limits = new BatchLimits(5000, 200_000, Duration.ofMinutes(2), 4000, 50, 1 << 20);
    var intake = new Intake(limits);
    while (intake.queue.depth() < 2) {
      intake.admit(TextLines.ofBytes(60_000));
    }
    assertThat(intake.queue.isFull()).isFalse();
    assertThat(intake.budget.tryTakeBody(4 * Slab.BYTES)).isTrue();
    assertThat(intake.queue.isFull()).isTrue();
  }

  @Test
  void aWaitingWorkerIsWokenByABatch() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 3));
    try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
      Future<Batch> taken = worker.submit(() -> intake.queue.take(LONG));
      intake.accept(2);
      assertThat(taken.get(1, TimeUnit.MINUTES).events()).isEqualTo(2);
    }
  }

  @Test
  void atTheEndAWorkerWaitsForWhatAnotherStillHasInHand() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 3));
    intake.accept(2);
    Batch inHand = intake.take();
    intake.queue.close();
    try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
      Future<Batch> taken = worker.submit(() -> intake.queue.take(LONG));
      intake.queue.putBack(inHand);
      Batch again = taken.get(1, TimeUnit.MINUTES);
      assertThat(again).isNotNull();
      assertThat(again.name()).isEqualTo(inHand.name());
      taken = worker.submit(() -> intake.queue.take(LONG));
      intake.queue.finish(again, Flow.STORED);
      assertThat(taken.get(1, TimeUnit.MINUTES)).as("nothing can come any more").isNull();
    }
  }

  @Test
  void aBatchThatWasTriedSaysSoWhenItComesBack() throws Exception {
    var intake = new Intake(Intake.limits(1, 10, 4));
    intake.accept(1);
    Batch first = intake.take();
    assertThat(first.mayBeStored()).isFalse();
    intake.queue.putBack(first);
    Batch second = intake.take();
    assertThat(second.mayBeStored()).isFalse();
    intake.queue.putBack(second.tried());
    assertThat(intake.take().mayBeStored()).isTrue();
    intake.assertBalanced();
  }
}
