package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.Time;
import io.estat.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The one line a minute about requests that found no room. */
class DropWarningTest {
  private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_700_000_000));
  private final AtomicLong refused = new AtomicLong();
  private final DropWarning warning =
      new DropWarning(refused::get, new Time(clock::wallMillis, clock::nanos));

  @Test
  void saysItAtOnceThenOnceAMinuteWithTheCountAndOnlyWhenThereIsSomething() {
    try (var logs = new LogCapture(DropWarning.class)) {
      warning.look();
      assertThat(logs.lines()).isEmpty();
      refused.set(3);
      warning.look();
      assertThat(logs.lines())
          .containsExactly("WARN queue full (drop): 3 requests were answered 503");
      for (int tenth = 0; tenth < 599; tenth++) {
        refused.addAndGet(10);
        clock.advance(Duration.ofMillis(100));
        warning.look();
      }
      assertThat(logs.lines()).hasSize(1);
      clock.advance(Duration.ofMillis(100));
      warning.look();
      assertThat(logs.lines()).hasSize(2).last().asString().contains(": 5990 requests");
      clock.advance(Duration.ofHours(1));
      warning.look();
      assertThat(logs.lines()).hasSize(2);
      refused.incrementAndGet();
      warning.look();
      assertThat(logs.lines()).hasSize(3).last().asString().contains(": 1 requests");
    }
  }
}
