package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AnswersTest {
  @Test
  void countsTheTimeOfAnAnswerFromTheMomentItsRequestWasDue() {
    Answers answers = new Answers();
    // A server that stands still for a second: one request a millisecond was due meanwhile.
    for (int i = 0; i < 1000; i++) {
      answers.record(200, millis(i), millis(1000), i, 1);
    }
    assertThat(answers.latencyMillis(50)).isEqualTo(500, within(1.0));
    assertThat(answers.latencyMillis(99)).isEqualTo(990, within(1.0));
  }

  @Test
  void countsEventsOfA200AndRequestsOfEveryStatus() {
    Answers answers = new Answers();
    answers.record(200, 0, 1, 0, 50);
    answers.record(503, 0, 1, 50, 50);
    answers.record(Answers.NO_ANSWER, 0, 1, 100, 50);
    answers.ended(Duration.ofSeconds(2));
    assertThat(answers.byStatus()).isEqualTo(Map.of(0, 1L, 200, 1L, 503, 1L));
    assertThat(answers.acceptedEvents()).isEqualTo(50);
    assertThat(answers.accepted().cardinality()).isEqualTo(50);
    assertThat(answers.accepted().get(50)).isFalse();
    assertThat(answers.eventsPerSecond()).isEqualTo(25);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
