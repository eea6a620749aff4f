package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.Failure;
import io.estat.etl.extract.Cancellation.Registration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CancellationTest {
  private static final Failure WHY = new Failure("CANCELLED", "asked for by a test");

  private final Cancellation cancellation = new Cancellation();

  @Test
  void returnsAtOnceWhateverDoesNotAnswerAndStopsTheOthers() throws Exception {
    var answers = new CountDownLatch(1);
    var told = new CountDownLatch(2);
    cancellation.whileRunning(() -> hang(told, answers));
    cancellation.whileRunning(() -> hang(told, answers));

    // A stop in this thread would never return.
    cancellation.cancel(WHY);

    assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(cancellation.reason()).isEqualTo(WHY);
    answers.countDown();
  }

  @Test
  void stopsWhatBeginsAfterTheCancel() throws Exception {
    cancellation.cancel(WHY);
    var told = new CountDownLatch(1);

    try (Registration _ = cancellation.whileRunning(told::countDown)) {
      assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void leavesAloneWhatHasEnded() {
    var told = new AtomicInteger();
    cancellation.whileRunning(told::incrementAndGet).close();

    cancellation.cancel(WHY);

    assertThat(told).hasValue(0);
  }

  @Test
  void closingWaitsForAStopThatIsUnderWay() throws Exception {
    var answers = new CountDownLatch(1);
    var told = new CountDownLatch(1);
    Registration registration = cancellation.whileRunning(() -> hang(told, answers));
    cancellation.cancel(WHY);
    told.await();

    Thread closing = Thread.ofVirtual().start(registration::close);

    await().until(() -> closing.getState() == Thread.State.WAITING);
    answers.countDown();
    assertThat(closing.join(Duration.ofMinutes(1))).isTrue();
  }

  private static void hang(CountDownLatch told, CountDownLatch answers) {
    told.countDown();
    try {
      answers.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
