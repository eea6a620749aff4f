package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.batch.Intake;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CollectorTimerTest {
  private final Intake intake = new Intake(Intake.limits(10, 20, 2));

  @Test
  void goesOnAfterAnError() {
    var looks = new AtomicInteger();
    var drops =
        new DropWarning(
            () -> {
              if (looks.getAndIncrement() == 0) {
                throw new NoClassDefFoundError("of a distribution that was replaced");
              }
              return 0;
            },
            intake.time);
    try (var timer = new CollectorTimer(intake.open, intake.queue, drops)) {
      timer.start();
      await().until(() -> looks.get() > 0);
      intake.accept(1);
      intake.clock.advance(Duration.ofMinutes(2));
      await().untilAsserted(() -> assertThat(intake.queue.depth()).isEqualTo(1));
    }
  }
}
