package io.estat.bench;

import static io.estat.bench.Measured.measured;
import static org.assertj.core.api.Assertions.assertThat;

import io.estat.bench.Server.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportTest {
  @Test
  void printsMediansTheirSpreadAndTheRatioOfEachRound() {
    List<Measurement> nginx =
        List.of(
            measured(Kind.NGINX, 5, 0), measured(Kind.NGINX, 10, 0), measured(Kind.NGINX, 6, 0));
    List<Measurement> estat =
        List.of(
            measured(Kind.MEMORY, 10, 0),
            measured(Kind.MEMORY, 10, 0),
            measured(Kind.MEMORY, 9, 0));
    String[] lines = Report.table(List.of(nginx, estat)).split("\n");
    assertThat(lines[2])
        .isEqualTo(
            "| nginx, empty 200 | 6.00 (5.00-10.00) | 4.00 + 2.00 | 1.00 | 50 | 0%"
                + " | 1.00 / 1.00 / 1.00 | 1 / 2 | 200: 300 | - |");
    assertThat(lines[3])
        .startsWith("| estat, ACK=memory | 10.00 (9.00-10.00) |")
        .contains("| 1.50 (1.00-2.00) |")
        .endsWith("| all 300 |");
  }

  @Test
  void printsHowFarTheRoundsAreApartInTimeAndMemory() {
    List<Measurement> rounds =
        List.of(measured(Kind.NGINX, 5, 0, 1), measured(Kind.NGINX, 5, 0, 3));
    assertThat(Report.table(List.of(rounds)))
        .contains("| 2.00 (1.00-3.00) / 2.00 (1.00-3.00) / 2.00 (1.00-3.00) | 2 (1-3) / 4 (2-6) |");
  }

  @Test
  void cannotBeOverlookedWhereEventsAreMissing() {
    assertThat(Report.table(List.of(List.of(measured(Kind.DISK, 5, 3)))))
        .contains("97, **3 MISSING, 0 TOO MANY**");
  }

  @Test
  void leavesOutTheSpreadOfASingleRound() {
    assertThat(Spread.of(java.util.stream.DoubleStream.of(7.456)).text(2)).isEqualTo("7.46");
    assertThat(Spread.of(java.util.stream.DoubleStream.of(1, 2, 4, 3)).text(1))
        .isEqualTo("2.5 (1.0-4.0)");
  }

  @Test
  void printsWhatAServerWithOtherFlagsDidInItsRounds() {
    List<JvmFlags.Round> rounds =
        List.of(
            new JvmFlags.Round(0.5, measured(Kind.MEMORY, 10, 0, 1)),
            new JvmFlags.Round(0.7, measured(Kind.MEMORY, 12, 0, 3)));
    assertThat(Report.flags(Map.of(JvmFlags.G1, rounds)))
        .endsWith(
            "| ... and G1 for Serial GC | 0.60 (0.50-0.70) | 11.00 (10.00-12.00)"
                + " | 2.00 (1.00-3.00) | 4 (2-6) |\n");
  }

  @Test
  void sumsTheAllocationOfTheThreads() {
    assertThat(Report.allocation(Kind.MEMORY, Map.of("uploader", 1.5, "http-1", 30.0, "idle", 0.0)))
        .isEqualTo(
            "estat, ACK=memory: **31.5 bytes of heap allocated an event**"
                + " (by thread: http-1 30.0, uploader 1.5)\n");
  }
}
