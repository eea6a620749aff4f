package io.estat.bench;

import io.estat.bench.Server.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Tables in Markdown, ready for {@code docs/performance.md}. */
final class Report {
  private static final String HEAD =
      "| | CPU us/event | of it user + system | CPU / nginx | events/s | core busy"
          + " | p50 / p99 / p99.9 ms | RSS now / peak MB | answers | in the bucket |\n"
          + "|---|---|---|---|---|---|---|---|---|---|\n";

  private Report() {}

  /**
   * One row a server, the medians of its rounds, with least and most in brackets.
   *
   * @param rounds the measurements of each, in the order of the comparison
   */
  static String table(List<List<Measurement>> rounds) {
    return HEAD
        + rounds.stream()
            .map(row -> row(row.getFirst().kind().title(), row, nginx(rounds)) + "\n")
            .collect(Collectors.joining());
  }

  /** As {@link #table}, one row a shape and server. */
  static String shapes(Map<String, List<List<Measurement>>> shapes) {
    StringBuilder table = new StringBuilder(HEAD);
    shapes.forEach(
        (shape, rounds) ->
            rounds.forEach(
                row ->
                    table
                        .append(
                            row(shape + ": " + row.getFirst().kind().title(), row, nginx(rounds)))
                        .append('\n')));
    return table.toString();
  }

  /** One row a change of the JVM's flags. */
  static String flags(Map<JvmFlags, List<JvmFlags.Round>> changes) {
    StringBuilder table =
        new StringBuilder(
            "| | ready after s | CPU us/event | p99 ms | RSS peak MB |\n|---|---|---|---|---|\n");
    changes.forEach(
        (flags, rounds) -> {
          List<Measurement> row = rounds.stream().map(JvmFlags.Round::measured).toList();
          table.append(
              "| %s | %s | %s | %s | %s |\n"
                  .formatted(
                      flags.title(),
                      Spread.of(rounds.stream().mapToDouble(JvmFlags.Round::readySeconds)).text(2),
                      spread(row, Measurement::cpuMicrosPerEvent, 2),
                      latency(row, 99),
                      spread(row, round -> round.after().peakRssBytes() / 1e6, 0)));
        });
    return table.toString();
  }

  /** The ratios that the specification sets limits for, of those that were measured. */
  static String headline(List<List<Measurement>> rounds) {
    return headline(rounds, Kind.MEMORY, Kind.NGINX) + headline(rounds, Kind.DISK, Kind.MEMORY);
  }

  private static String headline(List<List<Measurement>> rounds, Kind kind, Kind base) {
    return ratio(rounds, kind, base)
        .map(
            ratio ->
                "**CPU an event, %s / %s: %s**\n\n"
                    .formatted(kind.title(), base.title(), ratio.text(2)))
        .orElse("");
  }

  private static Optional<List<Measurement>> nginx(List<List<Measurement>> rounds) {
    return of(Kind.NGINX, rounds);
  }

  private static Optional<List<Measurement>> of(Kind kind, List<List<Measurement>> rounds) {
    return rounds.stream().filter(row -> row.getFirst().kind() == kind).findFirst();
  }

  private static String row(
      String title, List<Measurement> rounds, Optional<List<Measurement>> nginx) {
    List<String> cells = new ArrayList<>();
    cells.add(title);
    cells.add(spread(rounds, Measurement::cpuMicrosPerEvent, 2));
    cells.add(
        String.format(
            Locale.ROOT,
            "%.2f + %.2f",
            median(rounds, Measurement::userMicrosPerEvent),
            median(rounds, Measurement::systemMicrosPerEvent)));
    cells.add(nginx.map(base -> ratio(rounds, base).text(2)).orElse("-"));
    cells.add(spread(rounds, round -> round.answers().eventsPerSecond(), 0));
    cells.add(String.format(Locale.ROOT, "%.0f%%", 100 * median(rounds, Measurement::busy)));
    cells.add(latency(rounds, 50) + " / " + latency(rounds, 99) + " / " + latency(rounds, 99.9));
    cells.add(
        spread(rounds, round -> round.after().rssBytes() / 1e6, 0)
            + " / "
            + spread(rounds, round -> round.after().peakRssBytes() / 1e6, 0));
    cells.add(answers(rounds));
    cells.add(rounds.getFirst().kind().lands() ? landed(rounds) : "-");
    return "| " + String.join(" | ", cells) + " |";
  }

  /** CPU an event as a share of another server's, if both were measured. */
  static Optional<Spread> ratio(List<List<Measurement>> rounds, Kind kind, Kind base) {
    return of(kind, rounds).flatMap(row -> of(base, rounds).map(of -> ratio(row, of)));
  }

  /** Round by round, because what disturbs a round disturbs both servers of it. */
  private static Spread ratio(List<Measurement> rounds, List<Measurement> base) {
    double[] ratios = new double[Math.min(rounds.size(), base.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = rounds.get(i).cpuMicrosPerEvent() / base.get(i).cpuMicrosPerEvent();
    }
    return Spread.of(Arrays.stream(ratios));
  }

  /** Heap bytes an event, the threads that allocate most first. */
  static String allocation(Kind kind, Map<String, Double> perEvent) {
    String threads =
        perEvent.entrySet().stream()
            .filter(thread -> thread.getValue() >= 0.05)
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .map(
                thread -> String.format(Locale.ROOT, "%s %.1f", thread.getKey(), thread.getValue()))
            .collect(Collectors.joining(", "));
    double sum = perEvent.values().stream().mapToDouble(Double::doubleValue).sum();
    return String.format(
        Locale.ROOT,
        "%s: **%.1f bytes of heap allocated an event** (by thread: %s)\n",
        kind.title(),
        sum,
        threads);
  }

  private static String latency(List<Measurement> rounds, double percentile) {
    return spread(rounds, round -> round.answers().latencyMillis(percentile), 2);
  }

  private static String answers(List<Measurement> rounds) {
    Map<Integer, Long> sum =
        rounds.stream()
            .flatMap(round -> round.answers().byStatus().entrySet().stream())
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey, TreeMap::new, Collectors.summingLong(Map.Entry::getValue)));
    return sum.entrySet().stream()
        .map(
            entry ->
                (entry.getKey() == Answers.NO_ANSWER ? "none" : entry.getKey())
                    + ": "
                    + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String landed(List<Measurement> rounds) {
    long found = rounds.stream().mapToLong(Measurement::found).sum();
    long missing = rounds.stream().mapToLong(Measurement::expected).sum() - found;
    long surplus = rounds.stream().mapToLong(Measurement::surplus).sum();
    return missing == 0 && surplus == 0
        ? "all " + found
        : "%d, **%d MISSING, %d TOO MANY**".formatted(found, missing, surplus);
  }

  private static String spread(
      List<Measurement> rounds, ToDoubleFunction<Measurement> value, int decimals) {
    return Spread.of(rounds.stream().mapToDouble(value)).text(decimals);
  }

  private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
    return Spread.of(rounds.stream().mapToDouble(value)).median();
  }
}
