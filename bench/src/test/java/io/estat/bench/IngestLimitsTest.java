package io.estat.bench;

import static io.estat.bench.Measured.measured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.estat.bench.Figure.Verdict;
import io.estat.bench.Server.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class IngestLimitsTest {
  private final IngestLimits limits = new IngestLimits();

  @Test
  void comparesTheCpuOfEventsAtSaturation() {
    limits.saturation(
        List.of(
            List.of(measured(Kind.NGINX, 10, 0)),
            List.of(measured(Kind.MEMORY, 12, 0)),
            List.of(measured(Kind.DISK, 24, 0))));
    assertThat(limits.figures())
        .extracting(Figure::what, Figure::measured, Figure::verdict)
        .containsExactly(
            tuple("CPU an event, estat, ACK=memory / nginx, empty 200", "1.20 x", Verdict.MUST),
            tuple("CPU an event, estat, ACK=disk / estat, ACK=memory", "2.00 x", Verdict.SHORT));
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    limits.saturation(List.of(List.of(measured(Kind.MEMORY, 12, 0))));
    assertThat(limits.figures()).isEmpty();
  }

  @Test
  void comparesLatencyAndMemoryAtASteadyRate() {
    limits.steady(
        "10,000/s",
        List.of(
            List.of(measured(Kind.NGINX, 5, 0, 9)),
            List.of(measured(Kind.MEMORY, 5, 0, 9), measured(Kind.MEMORY, 5, 0, 9)),
            List.of(measured(Kind.DISK, 5, 0, 90))));
    assertThat(limits.figures())
        .extracting(Figure::what, Figure::verdict)
        .containsExactly(
            tuple("p99 at 10,000/s, estat, ACK=memory", Verdict.AIM),
            tuple("RSS at 10,000/s, estat, ACK=memory", Verdict.AIM),
            tuple("p99 at 10,000/s, estat, ACK=disk", Verdict.SHORT),
            tuple("RSS at 10,000/s, estat, ACK=disk", Verdict.SHORT));
  }

  @Test
  void takesNoLatencyWhereARequestWasRefused() {
    Measurement measured = measured(Kind.MEMORY, 5, 0);
    measured.answers().record(503, 0, 1, 100, 1);
    limits.steady("10,000/s", List.of(List.of(measured)));
    assertThat(limits.figures().getFirst().verdict()).isEqualTo(Verdict.SHORT);
    assertThat(limits.figures().getFirst().conditions())
        .startsWith("**1 requests not answered 200**");
  }

  @Test
  void comparesHeapAndStart() {
    limits.heap(Kind.MEMORY, Map.of("http-1", 3.0, "uploader", 60.0));
    limits.heap(Kind.DISK, Map.of("http-1", 0.04));
    limits.ready("a core", Spread.of(DoubleStream.of(1)), IngestLimits.READY_WITH_A_CORE);
    assertThat(limits.figures())
        .extracting(Figure::verdict)
        .containsExactly(Verdict.MUST, Verdict.AIM, Verdict.SHORT);
  }

  @Test
  void countsTheEventsOfAllChapters() {
    limits.landed(measured(Kind.MEMORY, 5, 0));
    assertThat(limits.figures()).extracting(Figure::verdict).containsExactly(Verdict.AIM);
    limits.landed(measured(Kind.DISK, 5, 1));
    assertThat(limits.figures())
        .extracting(Figure::measured, Figure::verdict)
        .containsExactly(tuple("1 of 200 missing, 0 too many", Verdict.SHORT));
  }
}
