package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However the workers of a run end, none is left behind. */
@Timeout(300)
final class WorkersTest {
  private final Cancellation cancellation = new Cancellation();
  private final Workers workers = new Workers("test", 2, cancellation);
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Works until the run is cancelled. */
  private void untilCancelled() throws InterruptedException {
    while (!cancellation.pause(Duration.ofMinutes(1))) {
      Thread.onSpinWait();
    }
    ended.set(true);
  }

  @Test
  void oneThatCannotBeMadeEndsThoseThatAreAtWork() {
    Iterator<Workers.Work> first = List.<Workers.Work>of(this::untilCancelled).iterator();

    assertThatThrownBy(() -> workers.run(first::next)).isInstanceOf(NoSuchElementException.class);

    assertThat(ended).isTrue();
  }

  @Test
  void whoIsInterruptedEndsAllAndWaitsForThem() throws Exception {
    var started = new CountDownLatch(2);
    var endsWithThem = new FutureTask<>(() -> endsOfAll(started));
    Thread run = Thread.ofPlatform().start(endsWithThem);
    started.await();

    run.interrupt();

    assertThat(endsWithThem.get()).isTrue();
  }

  /** Whether all had ended when the interrupted run did. */
  private boolean endsOfAll(CountDownLatch started) throws ClaimLostException {
    var running = new CountDownLatch(2);
    try {
      workers.run(
          () ->
              () -> {
                started.countDown();
                untilCancelled();
                running.countDown();
              });
      return false;
    } catch (InterruptedException e) {
      return running.getCount() == 0;
    }
  }
}
