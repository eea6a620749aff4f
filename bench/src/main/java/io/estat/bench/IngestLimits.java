package io.estat.bench;

import io.estat.bench.Figure.Bound;
import io.estat.bench.Server.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The limits of I-11 beside what was seen: each chapter that runs hands in what it measured. Values
 * are medians of the rounds.
 */
final class IngestLimits {
  private static final Bound AGAINST_NGINX = new Bound(1.3, 1.0, "x");
  private static final Bound AGAINST_MEMORY = new Bound(1.5, 1.2, "x");
  private static final Bound P99 = new Bound(50, 10, "ms");
  private static final Bound RSS = new Bound(160, 100, "MB");

  /** The aim is none: what would be printed as 0.0. */
  private static final Bound HEAP = new Bound(64, 0.05, "bytes");

  static final Bound READY_WITH_A_CORE = new Bound(1, 0.4, "s");
  static final Bound READY_WITH_A_QUARTER = new Bound(4, 2, "s");

  private final List<Figure> figures = new ArrayList<>();
  private long found;
  private long expected;
  private long surplus;

  /** Of every measurement, whatever else it is for. */
  void landed(Measurement measured) {
    found += measured.found();
    expected += measured.expected();
    surplus += measured.surplus();
  }

  void saturation(List<List<Measurement>> rounds) {
    ratio(rounds, Kind.MEMORY, Kind.NGINX, AGAINST_NGINX);
    ratio(rounds, Kind.DISK, Kind.MEMORY, AGAINST_MEMORY);
  }

  private void ratio(List<List<Measurement>> rounds, Kind kind, Kind base, Bound bound) {
    Report.ratio(rounds, kind, base)
        .map(
            ratio ->
                Figure.atMost(
                    "CPU an event, %s / %s".formatted(kind.title(), base.title()),
                    ratio.text(2) + " x",
                    ratio.median(),
                    bound,
                    "saturation, " + rounds(rounds.getFirst())))
        .ifPresent(figures::add);
  }

  void heap(Kind kind, Map<String, Double> bytesByThread) {
    double bytes = bytesByThread.values().stream().mapToDouble(Double::doubleValue).sum();
    figures.add(
        Figure.below(
            "heap an event, " + kind.title(),
            String.format(Locale.ROOT, "%.1f bytes", bytes),
            bytes,
            HEAP,
            "saturation, all threads"));
  }

  /**
   * @param what rate in which group
   */
  void steady(String what, List<List<Measurement>> rounds) {
    for (List<Measurement> row : rounds) {
      Kind kind = row.getFirst().kind();
      if (kind.lands()) {
        Spread p99 = spread(row, round -> round.answers().latencyMillis(99));
        Figure figure =
            Figure.below(
                "p99 at %s, %s".formatted(what, kind.title()),
                p99.text(2) + " ms",
                p99.median(),
                P99,
                "every request answered 200, " + rounds(row));
        long refused = row.stream().mapToLong(round -> round.answers().refused()).sum();
        figures.add(refused == 0 ? figure : figure.butNot(refused + " requests not answered 200"));
        Spread rss = spread(row, round -> round.after().peakRssBytes() / 1e6);
        figures.add(
            Figure.below(
                "RSS at %s, %s".formatted(what, kind.title()),
                rss.text(0) + " MB",
                rss.median(),
                RSS,
                "its peak, warm-up included, " + rounds(row)));
      }
    }
  }

  /**
   * @param where it was started
   */
  void ready(String where, Spread seconds, Bound bound) {
    figures.add(
        Figure.below(
            "ready after start, " + where,
            seconds.text(2) + " s",
            seconds.median(),
            bound,
            Kind.MEMORY.title()));
  }

  void notMeasured(String what, String why) {
    figures.add(Figure.notMeasured(what, why));
  }

  private static String rounds(List<Measurement> row) {
    return row.size() == 1 ? "one round" : "median of %d rounds".formatted(row.size());
  }

  private static Spread spread(List<Measurement> row, ToDoubleFunction<Measurement> value) {
    return Spread.of(row.stream().mapToDouble(value));
  }

  /** In the order in which they were measured; the bucket at the end. */
  List<Figure> figures() {
    List<Figure> all = new ArrayList<>(figures);
    if (expected > 0) {
      all.add(
          Figure.exactly(
              "every event in the bucket, once",
              "%,d of %,d missing, %,d too many".formatted(expected - found, expected, surplus),
              found == expected && surplus == 0,
              "0, 0",
              "all chapters, warm-up included"));
    }
    return all;
  }
}
