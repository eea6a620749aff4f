package io.estat.bench;

import io.estat.bench.Server.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make bench-dlq}: a dead-letter queue that holds a million files of an earlier life. A
 * server becomes ready with it, drains it while clients send, and brings as many files as are
 * wished into a bucket; the queue alone then drains the rest. Each is compared with never more than
 * 1,000 files.
 */
public final class DlqBench {
  private static final int FEW = 1000;
  private static final int STARTS = 3;
  private static final int ROWS = 10;
  private static final int PER_SECOND = 1000;
  private static final Duration LIVE = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofHours(3);

  private final Workbench bench;
  private final int files;
  private final int byServer;

  /**
   * @param files of the large queue
   * @param byServer how many of them a whole server brings; as many before it warm it up
   */
  private DlqBench(Workbench bench, int files, int byServer) {
    this.bench = bench;
    this.files = files;
    this.byServer = byServer;
  }

  /** Reads {@code DLQ_FILES} and {@code DLQ_BY_SERVER}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int files = number("DLQ_FILES", "1000000");
    int byServer = Math.min(number("DLQ_BY_SERVER", "50000"), files / 3);
    try (Workbench bench = Workbench.open()) {
      new DlqBench(bench, files, byServer).run();
    }
  }

  private static int number(String name, String byDefault) {
    return Integer.parseInt(System.getenv().getOrDefault(name, byDefault));
  }

  private void run() throws IOException, InterruptedException {
    System.out.println(Machine.describe(""));
    Path few = bench.place("few");
    Path many = bench.place("many");
    try (var fewFill = new DlqFill(few.resolve("dlq"));
        var manyFill = new DlqFill(many.resolve("dlq"))) {
      fewFill.add(FEW);
      long start = System.nanoTime();
      manyFill.add(files);
      progress("%,d files made in %d s".formatted(files, secondsSince(start)));
      ready(few, many);
      if (byServer > 0) {
        server(few, fewFill, many);
      }
      alone(few, fewFill, many);
    }
  }

  private void ready(Path few, Path many) throws IOException {
    System.out.println("### Ready\n\n| files in DLQ_DIR | seconds after start |\n|---|---|");
    System.out.println("| %,d | %s |".formatted(FEW, readySeconds(few)));
    System.out.println("| %,d | %s |\n".formatted(files, readySeconds(many)));
  }

  /** Nobody listens where the store should be, so that every start finds all the files. */
  private static String readySeconds(Path place) throws IOException {
    double[] seconds = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long start = System.nanoTime();
      try (EstatServer _ =
          EstatServer.start(Kind.MEMORY, CountingBucket.absent(), place, Cores.SERVER, List.of())) {
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    return Spread.of(Arrays.stream(seconds)).text(2);
  }

  private void server(Path few, DlqFill fewFill, Path many)
      throws IOException, InterruptedException {
    System.out.println("### Brought by a server into a bucket that takes everything\n");
    Stretch base;
    Stretch amongMany;
    String liveWithMany;
    String liveWithNone;
    try (var bucket = new CountingBucket();
        EstatServer server = start(bucket, few)) {
      awaitArrived(bucket, FEW);
      List<Stretch> groups = new ArrayList<>();
      while (bucket.arrived() < 2L * byServer) {
        fewFill.add(FEW);
        awaitArrived(bucket, fewFill.total() - FEW + 1L);
        groups.add(stretch(bucket, server, "", fewFill.total()));
      }
      base =
          Stretch.sum(
              "never more than %,d".formatted(FEW),
              groups.subList(groups.size() / 2, groups.size()));
      progress(base.toString());
      liveWithNone = live(server);
    }
    try (var bucket = new CountingBucket();
        EstatServer server = start(bucket, many)) {
      awaitArrived(bucket, byServer);
      amongMany = stretch(bucket, server, "%,d".formatted(files), bucket.arrived() + byServer);
      progress(amongMany.toString());
      liveWithMany = live(server);
      progress(bucket.again() + " came twice, " + books(server));
    }
    System.out.println(Stretch.HEAD);
    System.out.println(base);
    System.out.println(amongMany + "\n\n" + amongMany.against(base));
    System.out.println("\n| live, " + PER_SECOND + " events/s | p50 / p99 / p99.9 ms | answers |");
    System.out.println("|---|---|---|");
    System.out.println("| no file there " + liveWithNone);
    System.out.println("| while %,d drain %s\n".formatted(files, liveWithMany));
  }

  private static EstatServer start(CountingBucket bucket, Path place) throws IOException {
    return EstatServer.start(Kind.MEMORY, bucket.environment(), place, Cores.SERVER, List.of());
  }

  private void alone(Path few, DlqFill fewFill, Path many) throws IOException {
    System.out.println("### Attempts alone, without HTTP and S3\n");
    List<Stretch> fewer = new ArrayList<>();
    List<Stretch> rows = new ArrayList<>();
    // The folder is empty by now, or holds what the start was measured with.
    try (var attempts = new DlqAttempts(few.resolve("dlq"))) {
      for (int group = 0; group < 2 * ROWS + ROWS; group++) {
        if (group > 0 || byServer > 0) {
          fewFill.add(FEW);
        }
        Stretch stretch = attempts.bring("", FEW);
        if (group >= 2 * ROWS) { // compiled by now
          fewer.add(stretch);
        }
      }
    }
    Stretch base = Stretch.sum("never more than %,d".formatted(FEW), fewer);
    progress(base.toString());
    long start = System.nanoTime();
    String books;
    int brought;
    try (var attempts = new DlqAttempts(many.resolve("dlq"))) {
      for (int row = 1; row <= ROWS; row++) {
        int left = files - files / ROWS * (row - 1);
        Stretch stretch =
            attempts.bring("from about %,d on".formatted(left), row < ROWS ? files / ROWS : files);
        if (stretch.files() > 0) {
          rows.add(stretch);
          progress(stretch.toString());
        }
      }
      brought = attempts.arrived();
      books = attempts.books();
    }
    System.out.println(Stretch.HEAD);
    System.out.println(base);
    rows.forEach(System.out::println);
    System.out.println("\n" + rows.getFirst().against(base));
    System.out.println(Stretch.sum("all", rows).against(base));
    System.out.println(
        "\nThe last %,d of %,d files drained in %d s; %s\n"
            .formatted(brought, files, secondsSince(start), books));
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

  private static String live(EstatServer server) throws IOException, InterruptedException {
    try (var load = new LoadGenerator(Shape.SATURATION.perSecond(PER_SECOND), server.port())) {
      Answers _ = load.run(LIVE.dividedBy(3));
      Answers answers = load.run(LIVE);
      return String.format(
          Locale.ROOT,
          "| %.2f / %.2f / %.2f | %s |",
          answers.latencyMillis(50),
          answers.latencyMillis(99),
          answers.latencyMillis(99.9),
          answers.byStatus());
    }
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

  private static long secondsSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
