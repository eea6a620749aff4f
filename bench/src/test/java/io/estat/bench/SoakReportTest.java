package io.estat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.bench.Server.Kind;
import io.estat.bench.SoakWatch.Probe;
import io.estat.bench.SoakWatch.Sample;
import java.time.Duration;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Of ten minutes: the store is busy from the second on, away from the fourth, well from the sixth.
 */
final class SoakReportTest {
  private static final Duration LENGTH = Duration.ofMinutes(10);

  @Test
  void saysWhatTheStoreWas() {
    String[] lines = report(second -> false).toString().split("\n");
    assertThat(lines[4]).startsWith("| 1:00 | well |");
    assertThat(lines[6]).startsWith("| 3:00 | busy |");
    assertThat(lines[9]).startsWith("| 6:00 | away |");
    assertThat(lines[10]).startsWith("| 7:00 | well |");
    assertThat(lines[13]).startsWith("| 10:00 | well |");
  }

  @Test
  void doesNotBlameTheServerForOneSlowProbe() {
    SoakReport report = report(second -> second == 130);
    assertThat(report.keptEveryLimit()).isTrue();
    assertThat(report.toString()).contains("p50 5.0, p99 5.0, most 150.0 ms of 120 | yes |");
  }

  @Test
  void looksAtTheTimeOfABusyStoreAlone() {
    SoakReport report = report(second -> second >= 130 && second < 133);
    assertThat(report.keptEveryLimit()).isFalse();
    assertThat(report.toString())
        .contains("p50 5.0, p99 5.0, most 150.0 ms of 600; 0 not 200 | yes |")
        .contains("p50 5.0, p99 150.0, most 150.0 ms of 120 | NO |");
  }

  private static SoakReport report(LongPredicate slow) {
    Answers answers = new Answers();
    answers.record(200, 0, 1, 0, 1);
    answers.ended(LENGTH);
    Landed landed = new Landed();
    landed.line(0);
    List<Sample> samples =
        LongStream.range(0, LENGTH.toSeconds())
            .mapToObj(second -> new Sample(Duration.ofSeconds(second), 100_000_000, 0, 0))
            .toList();
    List<Probe> probes =
        LongStream.range(0, LENGTH.toSeconds())
            .mapToObj(
                second ->
                    new Probe(
                        Duration.ofSeconds(second),
                        Duration.ofMillis(slow.test(second) ? 150 : 5),
                        true))
            .toList();
    return new SoakReport(Kind.MEMORY, LENGTH, answers, samples, probes, Duration.ZERO, landed);
  }
}
