package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.ingest.batch.Ledger.Flow;
import io.estat.ingest.batch.OpenBatch.Admission;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How much is held at most, in events and in bytes, and that all of it comes back. */
class BoundsTest {
  private static final int BATCH_SIZE = 50;
  private static final int CHANNEL_SIZE = 37;
  private static final int UPLOAD_QUEUE = 3;
  private static final int ALL = BATCH_SIZE + CHANNEL_SIZE + UPLOAD_QUEUE * BATCH_SIZE;

  @Test
  void severalThreadsGetExactlyAllTheRoomThereIs() throws Exception {
    var intake = new Intake(Intake.limits(BATCH_SIZE, CHANNEL_SIZE, UPLOAD_QUEUE));
    for (int round = 0; round < 20; round++) {
      assertThat(acceptUntilNoRoom(6, intake)).isEqualTo(ALL);
      assertThat(intake.admit(TextLines.of("one more"))).isEqualTo(Admission.NO_ROOM);
      intake.assertBalanced();
      assertThat(intake.ledger.cut().inMemory()).isEqualTo(ALL);
      release(intake);
    }
  }

  private static int acceptUntilNoRoom(int threads, Intake intake) throws Exception {
    var go = new CountDownLatch(1);
    int accepted = 0;
    try (ExecutorService loops = Executors.newFixedThreadPool(threads)) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        counts.add(
            loops.submit(
                () -> {
                  go.await();
                  int mine = 0;
                  while (intake.admit(TextLines.of("x")) == Admission.ACCEPTED) {
                    mine++;
                  }
                  return mine;
                }));
      }
      go.countDown();
      for (Future<Integer> count : counts) {
        accepted += count.get();
      }
    }
    return accepted;
  }

  /** Everything leaves: the open batch by the timer, then each batch by one of the three ways. */
  private static void release(Intake intake) throws InterruptedException {
    intake.clock.advance(Duration.ofMinutes(2));
    intake.open.tick(false);
    int turn = 0;
    for (Batch batch : intake.takeAll()) {
      if (turn++ % 2 == 0) {
        intake.queue.finish(batch, Flow.STORED);
      } else {
        intake.queue.putBack(batch);
      }
    }
    for (Batch batch : intake.takeAll()) {
      intake.queue.finish(batch, Flow.QUARANTINED);
    }
    assertThat(intake.budget.bytesTaken()).isZero();
    assertThat(intake.ledger.cut().inMemory()).isZero();
    intake.assertBalanced();
  }

  @Test
  void whatIsInWorkCountsUntilItIsGone() throws Exception {
    var intake = new Intake(Intake.limits(10, 0, 1));
    intake.accept(20);
    Batch inWork = intake.take();
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NO_ROOM);
    intake.queue.finish(inWork, Flow.STORED);
    intake.accept(10);
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NO_ROOM);
  }

  @Test
  void bytesUsedUpMeansNoRoomAndTheBudgetIsNeverExceeded() throws Exception {
    var limits = new BatchLimits(100_000, 200_000, Duration.ofMinutes(2), 1 << 20, 50, 1 << 20);
    var intake = new Intake(limits);
    int accepted = 0;
    while (intake.admit(TextLines.ofBytes(20_000)) == Admission.ACCEPTED) {
      accepted++;
      assertThat(intake.budget.bytesTaken()).isLessThanOrEqualTo(limits.budgetBytes());
    }
    // Four slabs are set aside for output; of the other twelve hardly any byte is left unused.
    assertThat(accepted).isBetween(30, 12 * Slab.BYTES / 20_000);
    release(intake);
    int again = 0;
    while (intake.admit(TextLines.ofBytes(20_000)) == Admission.ACCEPTED) {
      again++;
    }
    assertThat(again).isEqualTo(accepted);
  }

  @Test
  void aNewHourTakesNoSlabThatTheBudgetDoesNotHave() {
    var limits = new BatchLimits(100_000, 1 << 16, Duration.ofMinutes(2), 1 << 20, 50, 3 << 16);
    var intake = new Intake(limits); // two slabs are set aside: one is left for lines
    intake.accept("in the only slab");
    intake.clock.advance(Duration.ofHours(1));
    assertThat(intake.admit(TextLines.of("a new batch"))).isEqualTo(Admission.NO_ROOM);
    assertThat(intake.budget.bytesTaken()).isEqualTo(Slab.BYTES);
    intake.assertBalanced();
  }

  @Test
  void aWorstLineAlwaysFitsAnEmptyServer() {
    int batchBytes = 800_000;
    for (int over = 0; over < 3 * Slab.BYTES; over += 4096) {
      var limits =
          new BatchLimits(5000, batchBytes, Duration.ofMinutes(2), 0, 1, 3L * batchBytes + over);
      var intake = new Intake(limits);
      assertThat(intake.budget.tryTakeBody(130_000)).as("its body, in parts").isTrue();
      // The bound adds two digits to ts.
      assertThat(intake.admit(TextLines.ofBytes(batchBytes - 2)))
          .as("budget %d", limits.budgetBytes())
          .isEqualTo(Admission.ACCEPTED);
    }
  }

  @Test
  void partsOfBodiesCountAndComeBack() {
    var intake = new Intake(Intake.limits(10, 10, 1));
    int taken = 0;
    while (intake.budget.tryTakeBody(1000)) {
      taken += 1000;
      assertThat(intake.budget.bytesTaken()).isLessThanOrEqualTo(intake.limits.budgetBytes());
    }
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NO_ROOM);
    intake.budget.giveBackBody(taken);
    assertThat(intake.budget.bytesTaken()).isZero();
    intake.accept("x");
  }

  @Test
  void theUploaderAlwaysHasRoomForTheOutputOfTheLargestBatch() throws Exception {
    int batchBytes = 300_000;
    var limits =
        new BatchLimits(5000, batchBytes, Duration.ofMinutes(2), 10_000, 9, 4L * batchBytes);
    var intake = new Intake(limits);
    while (intake.admit(TextLines.ofBytes(7_000)) == Admission.ACCEPTED) {
      // until the lines have taken all that is theirs
    }
    while (intake.budget.tryTakeBody(1)) {
      // and bodies the rest
    }
    byte[] noise = new byte[(int) Budget.gzipBound(batchBytes)];
    new Random(1).nextBytes(noise);
    var output = new OutputBuffer(intake.budget);
    for (int i = 0; i < 3; i++) {
      output.append(noise, 0, noise.length);
      assertThat(output.content(0).open().readAllBytes()).isEqualTo(noise);
      assertThat(intake.budget.bytesTaken()).isLessThanOrEqualTo(limits.budgetBytes());
      output.clear();
    }
  }

  @Test
  void moreOutputThanAnyBatchCanHaveIsRefused() {
    var intake = new Intake(Intake.limits(10, 10, 1));
    var output = new OutputBuffer(intake.budget);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                output.append(new byte[Slab.BYTES], 0, Slab.BYTES);
              }
            })
        .isInstanceOf(IOException.class);
    output.clear();
    assertThat(intake.budget.bytesTaken()).isZero();
  }
}
