package io.estat.bench;

import io.estat.bench.Server.Kind;
import io.estat.bench.SoakStore.Part;
import io.estat.bench.SoakWatch.Probe;
import io.estat.bench.SoakWatch.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a soak showed, in Markdown.
 *
 * @param length of the load, of which the store had its {@link SoakStore#parts}
 * @param drain from the end of the load until nothing was on its way
 */
record SoakReport(
    Kind kind,
    Duration length,
    Answers answers,
    List<Sample> samples,
    List<Probe> probes,
    Duration drain,
    Landed landed) {
  private static final double MOST_RSS_GROWTH = 1.05;
  private static final long MOST_RSS_BYTES = 160_000_000;
  private static final Duration HEALTH_LIMIT = Duration.ofMillis(100);
  private static final int WARM_UP_SHARE = 10;
  private static final int ROWS = 10;

  /** A limit, and whether it was kept. */
  private record Check(String limit, String seen, boolean kept) {}

  boolean keptEveryLimit() {
    return checks().stream().allMatch(Check::kept);
  }

  private List<Check> checks() {
    long first = rss(length.dividedBy(WARM_UP_SHARE), length.dividedBy(3));
    long last = rss(length.multipliedBy(2).dividedBy(3), length);
    long peak = rss(Duration.ZERO, length.plus(drain));
    long refused = answers.byStatus().getOrDefault(503, 0L);
    Sample end = samples.getLast();
    long missing = landed.missing(answers.accepted());
    long surplus = landed.surplus() + landed.unanswered(answers.accepted());
    long ill = probes.stream().filter(probe -> !probe.ok()).count();
    // The slowest of all says more about the probe, which shares its core with a load that never
    // sleeps.
    Duration health = healthAt(0.99, probe -> true);
    Duration healthWhenBusy = healthAt(0.99, within(SoakStore.BUSY));
    return List.of(
        new Check(
            "RSS: most of the last third within 5% of the first's after warm-up",
            "%s / %s MB = %.3f".formatted(mb(last), mb(first), (double) last / first),
            last <= first * MOST_RSS_GROWTH),
        new Check("RSS under 160 MB", mb(peak) + " MB", peak < MOST_RSS_BYTES),
        new Check(
            "no 503, every request answered 200",
            answers.byStatus().toString(),
            refused == 0 && answers.byStatus().keySet().equals(Set.of(200))),
        new Check(
            "DLQ and memory empty at the end",
            "%d files, %d events in memory, %.0f s after the load"
                .formatted(end.dlqFiles(), end.inMemory(), drain.toMillis() / 1e3),
            end.dlqFiles() == 0 && end.inMemory() == 0),
        new Check(
            "every event in the bucket, once",
            "%d of %d missing, %d too many".formatted(missing, answers.acceptedEvents(), surplus),
            missing == 0 && surplus == 0),
        new Check(
            "/health: p99 under 100 ms, all 200",
            health(probe -> true) + "; %d not 200".formatted(ill),
            health.compareTo(HEALTH_LIMIT) < 0 && ill == 0),
        new Check(
            "/health while the store is busy: p99 under 100 ms",
            health(within(SoakStore.BUSY)),
            healthWhenBusy.compareTo(HEALTH_LIMIT) < 0));
  }

  private Predicate<Probe> within(SoakStore store) {
    return probe ->
        SoakStore.parts(length).stream()
            .anyMatch(part -> part.store() == store && part.has(probe.at()));
  }

  private String health(Predicate<Probe> which) {
    return "p50 %s, p99 %s, most %s ms of %d"
        .formatted(
            millis(healthAt(0.5, which)),
            millis(healthAt(0.99, which)),
            millis(healthAt(1.0, which)),
            probes.stream().filter(which).count());
  }

  private long rss(Duration from, Duration to) {
    return samples.stream()
        .filter(sample -> sample.at().compareTo(from) >= 0 && sample.at().compareTo(to) <= 0)
        .mapToLong(Sample::rssBytes)
        .max()
        .orElse(0);
  }

  private Duration healthAt(double share, Predicate<Probe> which) {
    List<Duration> sorted = probes.stream().filter(which).map(Probe::took).sorted().toList();
    return sorted.isEmpty()
        ? Duration.ZERO
        : sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())));
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append(
        "### Soak: %s, 0.25 CPU, 512 MB, 1,500 events/s for %d minutes\n\n"
            .formatted(kind.title(), length.toMinutes()));
    text.append("| until | store | RSS MB, most | DLQ files, most | /health ms, p50 / most |\n");
    text.append("|---|---|---|---|---|\n");
    for (int row = 0; row < ROWS; row++) {
      Duration from = length.multipliedBy(row).dividedBy(ROWS);
      Duration to = length.multipliedBy(row + 1).dividedBy(ROWS);
      Predicate<Probe> within =
          probe -> probe.at().compareTo(from) >= 0 && probe.at().compareTo(to) < 0;
      text.append(
          "| %s | %s | %s | %d | %s / %s |\n"
              .formatted(
                  clock(to),
                  store(from),
                  mb(rss(from, to)),
                  dlqFiles(from, to),
                  millis(healthAt(0.5, within)),
                  millis(healthAt(1.0, within))));
    }
    text.append("\n| limit | seen | kept |\n|---|---|---|\n");
    List<String> rows = new ArrayList<>();
    for (Check check : checks()) {
      rows.add(
          "| %s | %s | %s |".formatted(check.limit(), check.seen(), check.kept() ? "yes" : "NO"));
    }
    text.append(String.join("\n", rows)).append('\n');
    text.append(
        "\n/collect: p50 %.2f, p99 %.2f, p99.9 %.2f ms from when a request was due\n"
            .formatted(
                answers.latencyMillis(50), answers.latencyMillis(99), answers.latencyMillis(99.9)));
    return text.toString();
  }

  private SoakStore store(Duration moment) {
    return SoakStore.parts(length).stream()
        .filter(part -> part.has(moment))
        .map(Part::store)
        .findFirst()
        .orElseThrow();
  }

  private long dlqFiles(Duration from, Duration to) {
    return samples.stream()
        .filter(sample -> sample.at().compareTo(from) >= 0 && sample.at().compareTo(to) < 0)
        .mapToLong(Sample::dlqFiles)
        .max()
        .orElse(0);
  }

  private static String clock(Duration moment) {
    return "%d:%02d".formatted(moment.toMinutes(), moment.toSecondsPart());
  }

  private static String mb(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e6);
  }
}
