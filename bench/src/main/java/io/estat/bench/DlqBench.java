package io.estat.bench;

import io.estat.bench.Figure.Bound;
import io.estat.bench.Server.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code make bench-dlq}: a dead-letter queue that holds a million files of an earlier life. A
 * server becomes ready with it, brings as many files as are wished into a bucket and goes on while
 * clients send; the queue alone then drains the rest. Each is compared with never more than 1,000
 * files. The last table has the limits of I-11; the exit code is 1 if one was not kept.
 */
public final class DlqBench {
  static final int FEW = 1000;

  private static final double QUARTER_CPU = 0.25;
  private static final long SMALL_MEMORY = 512L << 20;
  private static final int STARTS = 3;
  private static final int ROWS = 10;

  private final Workbench bench;
  private final int files;
  private final int byServer;
  private final List<Figure> limits = new ArrayList<>();

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
    boolean kept;
    try (Workbench bench = Workbench.open()) {
      kept = new DlqBench(bench, files, byServer).run();
    }
    System.exit(kept ? 0 : 1);
  }

  private static int number(String name, String byDefault) {
    return Integer.parseInt(System.getenv().getOrDefault(name, byDefault));
  }

  private boolean run() throws IOException, InterruptedException {
    System.out.println(Machine.describe(""));
    Path few = bench.place("few");
    Path many = bench.place("many");
    try (var fewFill = new DlqFill(few.resolve("dlq"));
        var manyFill = new DlqFill(many.resolve("dlq"))) {
      fewFill.add(FEW);
      long start = System.nanoTime();
      manyFill.add(files);
      progress("%,d files made in %d s".formatted(files, secondsSince(start)));
      System.out.println(
          manyFill.isCold()
              ? "The files are read from the disk.\n"
              : "The kernel could not be told to forget the files: what is new is read from memory.\n");
      ready(few, many);
      if (byServer > 0) {
        limits.addAll(new DlqByServer(few, fewFill, many, files, byServer).run());
      }
      alone(few, fewFill, many);
    }
    System.out.println("### Limits of I-11: the dead-letter queue\n");
    System.out.println(Figure.table(limits));
    return Figure.noneShort(limits);
  }

  private void ready(Path few, Path many) throws IOException {
    String core = "one whole core";
    String quarter = "0.25 CPU, 512 MB";
    System.out.println("### Ready\n\n| files in DLQ_DIR | | seconds after start |\n|---|---|---|");
    System.out.println(readyRow(FEW, core, readySeconds(few, Cores.SERVER)));
    Spread seconds = readySeconds(many, Cores.SERVER);
    System.out.println(readyRow(files, core, seconds));
    readyLimit(core, seconds, IngestLimits.READY_WITH_A_CORE);
    try (Cgroup cgroup = Cgroup.create("estat-dlq", QUARTER_CPU, SMALL_MEMORY)) {
      List<String> prefix = new ArrayList<>(cgroup.enter());
      prefix.addAll(Cores.SERVER);
      Spread slower = readySeconds(many, prefix);
      System.out.println(readyRow(files, quarter, slower));
      readyLimit(quarter, slower, IngestLimits.READY_WITH_A_QUARTER);
    } catch (CgroupRefused e) {
      String why = "no control group can be made here: " + e.getMessage();
      limits.add(Figure.notMeasured(readyTitle(quarter), why));
    }
    System.out.println();
  }

  private static String readyRow(int files, String where, Spread seconds) {
    return "| %,d | %s | %s |".formatted(files, where, seconds.text(2));
  }

  private String readyTitle(String where) {
    return "ready after start with %,d files, %s".formatted(files, where);
  }

  private void readyLimit(String where, Spread seconds, Bound bound) {
    limits.add(
        Figure.below(
            readyTitle(where),
            seconds.text(2) + " s",
            seconds.median(),
            bound,
            "median of %d, no store".formatted(STARTS)));
  }

  /** Nobody listens where the store should be, so that every start finds all the files. */
  private static Spread readySeconds(Path place, List<String> prefix) throws IOException {
    double[] seconds = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long start = System.nanoTime();
      try (EstatServer _ =
          EstatServer.start(Kind.MEMORY, CountingBucket.absent(), place, prefix, List.of())) {
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    return Spread.of(Arrays.stream(seconds));
  }

  private void alone(Path few, DlqFill fewFill, Path many) throws IOException {
    System.out.println("### Attempts alone, without HTTP and S3\n");
    Stretch base = neverMoreThanFew(few, fewFill);
    List<Stretch> rows = new ArrayList<>();
    long start = System.nanoTime();
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
      System.out.println(Stretch.HEAD);
      System.out.println(base);
      rows.forEach(System.out::println);
      System.out.println(
          "\nThe last %,d of %,d files drained in %d s; %s\n"
              .formatted(attempts.arrived(), files, secondsSince(start), attempts.books()));
      limits.add(
          Figure.exactly(
              "all files drained",
              "%,d left".formatted(attempts.left()),
              attempts.left() == 0,
              "0",
              "%,d at first".formatted(files)));
    }
    if (rows.isEmpty()) {
      limits.add(Figure.notMeasured("queue alone", "the server had left none of the files"));
      return;
    }
    Stretch all = Stretch.sum("all", rows);
    System.out.println(rows.getFirst().against(base));
    System.out.println(all.against(base) + "\n");
    limits.add(rows.getFirst().cpuLimit("by the queue alone", base));
    limits.add(all.rateLimit("by the queue alone", base));
  }

  private Stretch neverMoreThanFew(Path few, DlqFill fewFill) throws IOException {
    List<Stretch> groups = new ArrayList<>();
    // The folder is empty by now, or holds what the start was measured with.
    try (var attempts = new DlqAttempts(few.resolve("dlq"))) {
      for (int group = 0; group < 2 * ROWS + ROWS; group++) {
        if (group > 0 || byServer > 0) {
          fewFill.add(FEW);
        }
        Stretch stretch = attempts.bring("", FEW);
        if (group >= 2 * ROWS) { // compiled by now
          groups.add(stretch);
        }
      }
    }
    Stretch sum = Stretch.sum("never more than %,d".formatted(FEW), groups);
    progress(sum.toString());
    return sum;
  }

  private static long secondsSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
