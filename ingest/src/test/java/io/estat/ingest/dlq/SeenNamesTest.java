package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeenNamesTest {
  @Test
  void findsWhatItSawAmongAMillionAndNothingElseInAFewDozenRuns() {
    var seen = new SeenNames();
    var random = new SplittableRandom(1);
    int mostRuns = 0;
    for (int i = 0; i < 1_000_000; i++) {
      seen.add(random.nextLong());
      mostRuns = Math.max(mostRuns, seen.runs());
    }
    assertThat(mostRuns).as("a removal looks into each").isLessThan(40);
    var again = new SplittableRandom(1);
    var others = new SplittableRandom(2);
    int missed = 0;
    int wrong = 0;
    for (int i = 0; i < 1_000_000; i++) {
      long hash = again.nextLong();
      if (i % 20 == 0) { // all of them would take seconds
        missed += seen.contains(hash) ? 0 : 1;
        wrong += seen.contains(others.nextLong()) ? 1 : 0;
      }
    }
    assertThat(missed).isZero();
    assertThat(wrong).isZero();
  }
}
