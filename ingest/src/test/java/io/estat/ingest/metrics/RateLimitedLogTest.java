package io.estat.ingest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.LogCapture;
import io.estat.ingest.batch.Time;
import io.estat.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One line a minute and class of failure. */
class RateLimitedLogTest {
  private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_700_000_000));
  private final RateLimitedLog log =
      new RateLimitedLog(
          LoggerFactory.getLogger(RateLimitedLogTest.class),
          new Time(clock::wallMillis, clock::nanos));

  @Test
  void theFirstLineOfAClassComesAtOnceTheNextAfterAMinuteWithTheCount() {
    try (var logs = new LogCapture(RateLimitedLogTest.class)) {
      log.warn("a", "a fails");
      log.error("b", "b fails");
      assertThat(logs.lines()).containsExactly("WARN a fails", "ERROR b fails");
      for (int i = 0; i < 5; i++) {
        log.warn("a", "a fails");
      }
      clock.advance(Duration.ofMinutes(1).minusMillis(1));
      log.warn("a", "a fails");
      assertThat(logs.lines()).hasSize(2);
      clock.advance(Duration.ofMillis(1));
      log.warn("a", "a fails");
      log.error("b", "b fails");
      assertThat(logs.lines().subList(2, 4))
          .containsExactly("WARN a fails (6 more like this since the last line)", "ERROR b fails");
    }
  }

  @Test
  void aTextWithBracesIsTakenAsItIs() {
    try (var logs = new LogCapture(RateLimitedLogTest.class)) {
      log.warn("a", "{} and %s");
      assertThat(logs.lines()).containsExactly("WARN {} and %s");
    }
  }
}
