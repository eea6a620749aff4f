package io.estat.bench;

import io.estat.bench.Server.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A whole server that brings the files of a dead-letter queue into a bucket that takes everything:
 * what a file costs it, and what clients notice.
 *
 * @param few folder in which never more than {@link DlqBench#FEW} files are
 * @param many folder with all the files
 * @param files that were there at first
 * @param measured files of them; as many before warm the server up
 */
record DlqByServer(Path few, DlqFill fewFill, Path many, int files, int measured) {
  private static final int PER_SECOND = 1000;
  private static final int WINDOWS = 3;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration LIVE = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofHours(3);

  /** One window of live traffic, and the files that were brought meanwhile. */
  private record Live(Answers answers, long filesBrought) {}

  /** Prints its tables and returns its limits. */
  List<Figure> run() throws IOException, InterruptedException {
    System.out.println("### Brought by a server into a bucket that takes everything\n");
    Stretch base = neverMoreThanFew();
    Stretch amongMany = amongMany();
    System.out.println(Stretch.HEAD);
    System.out.println(base);
    System.out.println(amongMany + "\n\n" + amongMany.against(base) + "\n");
    live();
    return List.of(
        amongMany.cpuLimit("by a server", base), amongMany.rateLimit("by a server", base));
  }

  private Stretch neverMoreThanFew() throws IOException {
    try (var bucket = new CountingBucket();
        EstatServer server = start(bucket, few)) {
      awaitArrived(bucket, DlqBench.FEW);
      List<Stretch> groups = new ArrayList<>();
      do {
        fewFill.add(DlqBench.FEW);
        awaitArrived(bucket, fewFill.total() - DlqBench.FEW + 1L);
        groups.add(stretch(bucket, server, "", fewFill.total()));
      } while (bucket.arrived() < 2L * measured);
      List<Stretch> warm = groups.subList(groups.size() / 2, groups.size());
      Stretch sum = Stretch.sum("never more than %,d".formatted(DlqBench.FEW), warm);
      progress(sum.toString());
      return sum;
    }
  }

  private Stretch amongMany() throws IOException {
    try (var bucket = new CountingBucket();
        EstatServer server = start(bucket, many)) {
      awaitArrived(bucket, measured);
      Stretch stretch =
          stretch(bucket, server, "%,d".formatted(files), bucket.arrived() + measured);
      progress(stretch.toString());
      progress(bucket.again() + " came twice, " + books(server));
      return stretch;
    }
  }

  private static Stretch stretch(CountingBucket bucket, EstatServer server, String what, long to)
      throws IOException {
    long from = bucket.arrived();
    long start = System.nanoTime();
    Usage before = Usage.of(server.process());
    awaitArrived(bucket, to);
    Usage after = Usage.of(server.process());
    return new Stretch(
        what,
        bucket.arrived() - from,
        Duration.ofNanos(System.nanoTime() - start),
        after.cpuMicros() - before.cpuMicros());
  }

  private static void awaitArrived(CountingBucket bucket, long count) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (bucket.arrived() < count) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "%d of %d files are in the bucket after %s".formatted(bucket.arrived(), count, LIMIT));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** In turns, each window of a server started anew, since there is one core for servers. */
  private void live() throws IOException, InterruptedException {
    List<Live> alone = new ArrayList<>();
    List<Live> draining = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      alone.add(live(few));
      draining.add(live(many));
      progress(
          row("window %d, no file there".formatted(window + 1), alone.subList(window, window + 1)));
      progress(
          row("window %d, draining".formatted(window + 1), draining.subList(window, window + 1)));
    }
    System.out.println(
        "| live, %,d events/s | p50 / p99 / p99.9 ms | files brought meanwhile | answers |"
            .formatted(PER_SECOND));
    System.out.println("|---|---|---|---|");
    System.out.println(row("no file there", alone));
    System.out.println(row("while the rest of %,d drain".formatted(files), draining));
    Spread ratio =
        Spread.of(
            IntStream.range(0, WINDOWS)
                .mapToDouble(
                    window ->
                        draining.get(window).answers().latencyMillis(99)
                            / alone.get(window).answers().latencyMillis(99)));
    System.out.println("\n**p99 while they drain / with no file there: " + ratio.text(2) + "**\n");
  }

  private static Live live(Path place) throws IOException, InterruptedException {
    try (var bucket = new CountingBucket();
        EstatServer server = start(bucket, place);
        var load = new LoadGenerator(Shape.SATURATION.perSecond(PER_SECOND), server.port())) {
      Answers _ = load.saturate(WARM_UP);
      Answers _ = load.run(WARM_UP); // what is left of the saturation goes into the bucket
      long before = bucket.arrived();
      return new Live(load.run(LIVE), bucket.arrived() - before);
    }
  }

  private static String row(String what, List<Live> windows) {
    Map<Integer, Long> answers = new TreeMap<>();
    windows.forEach(
        window ->
            window
                .answers()
                .byStatus()
                .forEach((status, count) -> answers.merge(status, count, Long::sum)));
    return "| %s | %s / %s / %s | %s | %s |"
        .formatted(
            what,
            spread(windows, window -> window.answers().latencyMillis(50), 2),
            spread(windows, window -> window.answers().latencyMillis(99), 2),
            spread(windows, window -> window.answers().latencyMillis(99.9), 2),
            spread(windows, Live::filesBrought, 0),
            answers);
  }

  private static String spread(List<Live> windows, ToDoubleFunction<Live> value, int decimals) {
    return Spread.of(windows.stream().mapToDouble(value)).text(decimals);
  }

  private static EstatServer start(CountingBucket bucket, Path place) throws IOException {
    return EstatServer.start(Kind.MEMORY, bucket.environment(), place, Cores.SERVER, List.of());
  }

  private static String books(EstatServer server) throws IOException {
    String metrics = server.metrics();
    List<String> values = new ArrayList<>();
    for (String name :
        List.of(
            "dlq_files_current",
            "dlq_scan_complete",
            "events_recovered_total",
            "dlq_events_reuploaded_total",
            "events_in_dlq")) {
      values.add(name + "=" + EstatServer.metric(metrics, name));
    }
    return "%s, RSS at most %d MB"
        .formatted(String.join(" ", values), Usage.of(server.process()).peakRssBytes() / 1_000_000);
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
