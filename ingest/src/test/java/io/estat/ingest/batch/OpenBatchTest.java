package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.estat.ingest.batch.OpenBatch.Admission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** When a batch is sealed, and what is in it then. */
class OpenBatchTest {
  private static final Duration A_MOMENT = Duration.ofMillis(1);
  private static final long NEXT_HOUR = 1_700_002_800;

  @Test
  void sealsAtBatchSizeEventsAtOnce() throws Exception {
    var intake = new Intake(Intake.limits(3, 10, 4));
    intake.accept(2);
    assertThat(intake.queue.depth()).isZero();
    intake.accept("last");
    assertThat(intake.queue.depth()).isEqualTo(1);
    assertThat(intake.open.depth()).isZero();
    Batch batch = intake.take();
    assertThat(batch.events()).isEqualTo(3);
    assertThat(Intake.lines(batch))
        .containsExactly(
            "{\"ts\":1700000000,\"body\":\"e0\"}",
            "{\"ts\":1700000000,\"body\":\"e1\"}",
            "{\"ts\":1700000000,\"body\":\"last\"}");
    assertThat(batch.bytes()).isEqualTo(Intake.text(batch).length());
  }

  @Test
  void sealsBeforeTheLineThatWouldExceedBatchMaxBytes() throws Exception {
    int batchBytes = 100_000;
    var limits = new BatchLimits(5000, batchBytes, Duration.ofMinutes(2), 4000, 4, 8 << 20);
    var intake = new Intake(limits);
    intake.admit(TextLines.ofBytes(60_000));
    intake.admit(TextLines.ofBytes(39_990));
    assertThat(intake.queue.depth()).isZero();
    intake.admit(TextLines.ofBytes(60_000));
    Batch first = intake.take();
    assertThat(first.events()).isEqualTo(2);
    assertThat(first.bytes()).isEqualTo(99_990).isLessThanOrEqualTo(batchBytes);
    assertThat(intake.open.depth()).isEqualTo(1);
  }

  @Test
  void sealsFlushIntervalAfterTheFirstEventAlsoWithNoFurtherTraffic() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.clock.advance(Duration.ofSeconds(500));
    intake.accept("first");
    intake.clock.advance(Duration.ofMinutes(1));
    intake.accept("second");
    intake.clock.advance(Duration.ofMinutes(1).minus(A_MOMENT));
    intake.tick();
    assertThat(intake.queue.depth()).isZero();
    intake.clock.advance(A_MOMENT);
    intake.tick();
    assertThat(intake.take().events()).isEqualTo(2);
  }

  @Test
  void flushIntervalIsTimeThatPassedNotTheWallClock() {
    var intake = new Intake(Intake.ROOMY);
    intake.accept("first");
    intake.clock.step(Duration.ofMinutes(5));
    intake.tick();
    assertThat(intake.queue.depth()).isZero();
    intake.clock.step(Duration.ofMinutes(-5));
    intake.clock.advance(Duration.ofMinutes(2));
    intake.tick();
    assertThat(intake.queue.depth()).isEqualTo(1);
  }

  @Test
  void theNextBatchHasAnIntervalOfItsOwn() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.accept("first");
    intake.clock.advance(Duration.ofMinutes(2));
    intake.tick();
    intake.take();
    intake.accept("second");
    intake.tick();
    assertThat(intake.queue.depth()).isZero();
  }

  @Test
  void anEmptyBatchIsNeverSealed() {
    var intake = new Intake(Intake.ROOMY);
    intake.clock.advance(Duration.ofHours(2));
    intake.tick();
    intake.open.close();
    assertThat(intake.queue.depth()).isZero();
  }

  @Test
  void sealsAtTheHourEdgeWithNoFurtherTraffic() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.clock.advance(Duration.ofSeconds(NEXT_HOUR - 1 - Intake.START.getEpochSecond()));
    intake.accept("late");
    intake.tick();
    assertThat(intake.queue.depth()).isZero();
    intake.clock.advance(Duration.ofSeconds(1));
    intake.tick();
    assertThat(intake.take().name().unixSeconds()).isEqualTo(NEXT_HOUR - 1);
  }

  @Test
  void noBatchCrossesAnHourEdgeForward() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.clock.advance(Duration.ofSeconds(NEXT_HOUR - 1 - Intake.START.getEpochSecond()));
    intake.accept("before");
    intake.clock.advance(Duration.ofSeconds(1));
    intake.accept("after");
    intake.open.close();
    assertEachInItsHour(intake, "before", "after");
  }

  @Test
  void noBatchCrossesAnHourEdgeWhenTheClockIsSteppedBack() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.clock.advance(Duration.ofSeconds(NEXT_HOUR - Intake.START.getEpochSecond()));
    intake.accept("after");
    intake.clock.step(Duration.ofSeconds(-1));
    intake.accept("before");
    intake.open.close();
    List<Batch> batches = assertEachInItsHour(intake, "after", "before");
    assertThat(batches.get(1).firstTs()).isEqualTo(NEXT_HOUR - 1);
  }

  @Test
  void noBatchCrossesAnHourEdgeWhenTheClockIsSteppedADay() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.accept("today");
    intake.clock.step(Duration.ofDays(1));
    intake.accept("tomorrow");
    intake.clock.step(Duration.ofDays(-2));
    intake.tick();
    intake.accept("yesterday");
    intake.open.close();
    assertEachInItsHour(intake, "today", "tomorrow", "yesterday");
  }

  private static List<Batch> assertEachInItsHour(Intake intake, String... bodies)
      throws InterruptedException {
    List<Batch> batches = intake.takeAll();
    assertThat(batches).hasSameSizeAs(bodies);
    for (int i = 0; i < bodies.length; i++) {
      Batch batch = batches.get(i);
      assertThat(Intake.lines(batch)).hasSize(1).first().asString().contains(bodies[i]);
      assertThat(Intake.ts(Intake.lines(batch).getFirst())).isEqualTo(batch.firstTs());
      assertThat(batch.name().unixSeconds()).isEqualTo(batch.firstTs());
    }
    return batches;
  }

  @Test
  void tsNeverDecreasesWithinABatch() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.accept("a");
    intake.clock.advance(Duration.ofSeconds(10));
    intake.accept("b");
    intake.clock.step(Duration.ofSeconds(-8));
    intake.accept("c");
    intake.clock.advance(Duration.ofSeconds(9));
    intake.accept("d");
    intake.open.close();
    Batch batch = intake.take();
    long start = Intake.START.getEpochSecond();
    assertThat(Intake.lines(batch).stream().map(Intake::ts))
        .containsExactly(start, start + 10, start + 10, start + 11);
    assertThat(batch.firstTs()).isEqualTo(start);
    assertThat(batch.lastTs()).isEqualTo(start + 11);
  }

  @Test
  void ofTheLinesOfOneRequestAllOrNoneAreAccepted() {
    var intake = new Intake(Intake.limits(2, 1, 1));
    intake.accept(3);
    assertThat(intake.admit(TextLines.of("1", "2", "3"))).isEqualTo(Admission.NO_ROOM);
    assertThat(intake.ledger.cut().accepted()).isEqualTo(3);
    assertThat(intake.admit(TextLines.of("1", "2"))).isEqualTo(Admission.ACCEPTED);
    assertThat(intake.admit(TextLines.of("1"))).isEqualTo(Admission.NO_ROOM);
    intake.assertBalanced();
  }

  @Test
  void aRequestThatNoEmptyServerCouldTakeIsTold() {
    var intake = new Intake(Intake.limits(2, 1, 1));
    assertThat(intake.admit(TextLines.of("1", "2", "3", "4", "5", "6")))
        .isEqualTo(Admission.NEVER_FITS);
    intake.assertBalanced();
  }

  @Test
  void linesOfOneRequestMayFillSeveralBatches() throws Exception {
    var intake = new Intake(Intake.limits(2, 10, 4));
    intake.accept("0");
    intake.admit(TextLines.of("1", "2", "3", "4", "5"));
    assertThat(intake.takeAll()).extracting(Batch::events).containsExactly(2, 2, 2);
  }

  @Test
  void aFullQueueDefersTheFlushUntilThereIsRoom() throws Exception {
    var intake = new Intake(Intake.limits(2, 10, 1));
    intake.accept(3);
    intake.clock.advance(Duration.ofSeconds(500));
    intake.tick();
    assertThat(intake.open.depth()).isEqualTo(1);
    Batch batch = intake.take();
    intake.tick();
    assertThat(intake.open.depth()).isZero();
    assertThat(intake.queue.depth()).isEqualTo(1);
    intake.queue.finish(batch, Ledger.Flow.STORED);
    intake.assertBalanced();
  }

  @Test
  void theHourEdgeIsNotDeferred() {
    var intake = new Intake(Intake.limits(2, 10, 1));
    intake.accept(3);
    intake.clock.advance(Duration.ofHours(1));
    intake.tick();
    assertThat(intake.open.depth()).isZero();
  }

  @Test
  void theLastBatchIsSealedAtTheEndAndNothingComesAfterIt() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.accept("last");
    intake.open.close();
    assertThat(intake.take().events()).isEqualTo(1);
    assertThat(intake.admit(TextLines.of("late"))).isEqualTo(Admission.CLOSED);
    assertThat(intake.ledger.cut().accepted()).isEqualTo(1);
    intake.assertBalanced();
  }

  @Test
  void manyLoopsMakeOneBatchOfBatchSizeEvents() throws Exception {
    var intake = new Intake(Intake.limits(4000, 0, 2));
    acceptFrom(8, 500, intake);
    assertThat(intake.takeAll()).extracting(Batch::events).containsExactly(4000);
    assertThat(intake.open.depth()).isZero();
  }

  @Test
  void manyLoopsMakeOneBatchWhenTheTimerFlushes() throws Exception {
    var intake = new Intake(Intake.limits(4000, 0, 2));
    acceptFrom(8, 100, intake);
    intake.clock.advance(Duration.ofMinutes(2));
    intake.tick();
    Batch batch = intake.take();
    assertThat(batch.events()).isEqualTo(800);
    assertThat(Intake.lines(batch)).hasSize(800).allMatch(line -> line.endsWith("\"}"));
    assertThat(intake.queue.depth()).isZero();
  }

  static void acceptFrom(int threads, int each, Intake intake) throws Exception {
    var go = new CountDownLatch(1);
    try (ExecutorService loops = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        done.add(
            loops.submit(
                () -> {
                  go.await();
                  intake.accept(each);
                  return null;
                }));
      }
      go.countDown();
      for (Future<?> loop : done) {
        loop.get();
      }
    }
  }

  @Test
  void anEncodingThatThrowsKeepsNothing() throws Exception {
    var intake = new Intake(Intake.limits(2, 1, 1));
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> intake.admit(new ThrowingLines(1, 0)))
          .isInstanceOf(IllegalStateException.class);
    }
    intake.assertBalanced();
    assertThat(intake.budget.bytesTaken()).isZero();
    intake.accept(5);
    assertThat(intake.admit(TextLines.of("6"))).isEqualTo(Admission.NO_ROOM);
  }

  @Test
  void anEncodingThatThrowsHalfWayLeavesBooksAndLinesWhole() throws Exception {
    var intake = new Intake(Intake.limits(10, 0, 1));
    assertThatThrownBy(() -> intake.admit(new ThrowingLines(5, 3)))
        .isInstanceOf(IllegalStateException.class);
    intake.assertBalanced();
    int accepted = (int) intake.ledger.cut().accepted();
    intake.accept(20 - accepted);
    assertThat(intake.admit(TextLines.of("21"))).isEqualTo(Admission.NO_ROOM);
    List<Batch> batches = intake.takeAll();
    assertThat(batches).extracting(Batch::events).containsExactly(10, 10);
    assertThat(batches).flatMap(Intake::lines).hasSize(20).allMatch(l -> l.matches("\\{.*\"}"));
  }

  /** Fails at one of its lines. */
  private record ThrowingLines(int events, int failsAt) implements RequestLines {
    private static final byte[] LINE =
        ",\"body\":\"x\"}\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @Override
    public long maxBytes() {
      return (long) events * LINE.length;
    }

    @Override
    public int encode(int index) {
      if (index == failsAt) {
        throw new IllegalStateException("line " + index + " cannot be encoded");
      }
      return LINE.length;
    }

    @Override
    public byte[] bytes() {
      return LINE;
    }
  }

  @Test
  void theNameSaysTheTimeOfTheFirstEvent() throws Exception {
    var intake = new Intake(Intake.ROOMY);
    intake.accept("first");
    intake.clock.advance(Duration.ofSeconds(30));
    intake.accept("second");
    intake.open.close();
    BatchName name = intake.take().name();
    assertThat(Instant.ofEpochSecond(name.unixSeconds())).isEqualTo(Intake.START);
    assertThat(name.text()).startsWith(Intake.START.getEpochSecond() + "_");
  }
}
