package io.estat.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.testkit.Property;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How long is waited between attempts. */
class BackoffTest {
  private static LongSummaryStatistics waits(int afterAttempt) {
    var random = new Random(Property.seed());
    return LongStream.range(0, 2000)
        .map(i -> Backoff.millis(afterAttempt, random))
        .summaryStatistics();
  }

  @Test
  void everyWaitIsBetween200MillisAnd2Seconds() {
    for (int attempt = 1; attempt < 100; attempt++) {
      LongSummaryStatistics waits = waits(attempt);
      assertThat(waits.getMin()).isGreaterThanOrEqualTo(200);
      assertThat(waits.getMax()).isLessThanOrEqualTo(2000);
    }
  }

  @Test
  void everyWaitHasJitterAlsoTheFirst() {
    for (int attempt = 1; attempt < 10; attempt++) {
      LongSummaryStatistics waits = waits(attempt);
      assertThat(waits.getMax() - waits.getMin()).isGreaterThan(150);
    }
  }

  @Test
  void theWaitsDoubleUntilTheyReachTheirBound() {
    assertThat(waits(2).getAverage() / waits(1).getAverage()).isBetween(1.8, 2.2);
    assertThat(waits(3).getAverage() / waits(2).getAverage()).isBetween(1.8, 2.2);
    assertThat(waits(9).getMax()).isGreaterThan(1900);
  }
}
