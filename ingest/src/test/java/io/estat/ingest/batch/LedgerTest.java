package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.Ledger.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * That the books can fail: whoever drops, doubles or miscounts one batch on its way makes the two
 * sides differ, now and after everything has left.
 */
class LedgerTest {
  /** A way to seal batches into a queue, with something between the two. */
  private static Intake bent(BiConsumer<Batch, BatchSink> bend) {
    var bent = new AtomicBoolean();
    return new Intake(
        Intake.limits(2, 100, 10),
        queue ->
            batch -> {
              if (bent.compareAndSet(false, true)) {
                bend.accept(batch, queue);
              } else {
                queue.offer(batch);
              }
            });
  }

  private static Batch counted(Batch batch, int events) {
    return new Batch(
        batch.name(), batch.lines(), events, batch.bytes(), batch.firstTs(), batch.lastTs());
  }

  private static long afterAllIsStored(Intake intake) throws InterruptedException {
    intake.accept(6);
    long before = intake.ledger.cut().difference();
    for (Batch batch : intake.takeAll()) {
      intake.queue.finish(batch, Flow.STORED);
    }
    long after = intake.ledger.cut().difference();
    assertThat(after).as("not only for a moment").isEqualTo(before);
    return after;
  }

  @Test
  void balancesWhenEveryBatchIsHandedOver() throws Exception {
    assertThat(afterAllIsStored(bent((batch, sink) -> sink.offer(batch)))).isZero();
  }

  @Test
  void showsABatchThatIsDropped() throws Exception {
    assertThat(afterAllIsStored(bent((batch, sink) -> {}))).isEqualTo(2);
  }

  @Test
  void showsABatchThatIsDoubled() throws Exception {
    assertThat(
            afterAllIsStored(
                bent(
                    (batch, sink) -> {
                      sink.offer(batch);
                      sink.offer(batch);
                    })))
        .isEqualTo(-2);
  }

  @Test
  void showsABatchThatIsMiscounted() throws Exception {
    assertThat(afterAllIsStored(bent((batch, sink) -> sink.offer(counted(batch, 3)))))
        .isEqualTo(-1);
    assertThat(afterAllIsStored(bent((batch, sink) -> sink.offer(counted(batch, 1))))).isEqualTo(1);
  }

  @Test
  void showsABatchThatIsFinishedTwice() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 10));
    intake.accept(6);
    Batch batch = intake.take();
    intake.queue.finish(batch, Flow.STORED);
    intake.assertBalanced();
    intake.queue.finish(batch, Flow.STORED);
    assertThat(intake.ledger.cut().difference()).isEqualTo(-2);
    for (Batch other : intake.takeAll()) {
      intake.queue.finish(other, Flow.STORED);
    }
    assertThat(intake.ledger.cut().difference()).isEqualTo(-2);
  }

  @Test
  void showsABatchThatIsFinishedAndPutBack() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 10));
    intake.accept(2);
    Batch batch = intake.take();
    intake.queue.finish(batch, Flow.STORED);
    intake.queue.putBack(batch);
    assertThat(intake.ledger.cut().difference()).isEqualTo(-2);
  }

  @Test
  void showsABatchThatIsFinishedWithAnotherCount() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 10));
    intake.accept(2);
    intake.queue.finish(counted(intake.take(), 1), Flow.STORED);
    assertThat(intake.ledger.cut().difference()).isEqualTo(1);
  }

  @Test
  void aBatchThatAWorkerForgetsStaysInMemoryAndIsCountedAsDroppedAtTheEnd() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 10));
    intake.accept(2);
    intake.take();
    assertThat(intake.ledger.cut().inMemory()).isEqualTo(2);
    assertThat(intake.queue.isEmpty()).isFalse();
    assertThat(intake.queue.dropAll()).isEqualTo(2);
    assertThat(intake.ledger.cut().dropped()).isEqualTo(2);
    intake.assertBalanced();
  }

  @Test
  void aBatchThatComesBackAfterTheEndIsNotCountedAgain() throws Exception {
    var intake = new Intake(Intake.limits(2, 100, 10));
    intake.accept(2);
    Batch batch = intake.take();
    intake.queue.dropAll();
    intake.queue.putBack(batch);
    intake.assertBalanced();
    assertThat(intake.queue.take(0)).isNull();
  }

  @Test
  void everyFlowIsOnTheRightSide() {
    for (Flow flow : Flow.values()) {
      var ledger = new Ledger();
      ledger.locked(() -> ledger.count(flow, 5));
      boolean in = flow == Flow.ACCEPTED || flow == Flow.RECOVERED;
      assertThat(ledger.cut().difference()).as("%s", flow).isEqualTo(in ? 5 : -5);
    }
    var ledger = new Ledger();
    ledger.addMemoryPlace(() -> 3);
    ledger.addMemoryPlace(() -> 4);
    ledger.addDlqPlace(() -> 10);
    assertThat(ledger.cut().inMemory()).isEqualTo(7);
    assertThat(ledger.cut().difference()).isEqualTo(-17);
  }
}
