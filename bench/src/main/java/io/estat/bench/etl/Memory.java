package io.estat.bench.etl;

import io.estat.bench.Figure;
import io.estat.bench.Figure.Bound;
import io.estat.bench.Usage;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the whole server needs for a long table and for a wide one with large values. */
final class Memory {
  private static final int COLUMNS = 300;
  private static final int LARGE_ROWS = 24;
  private static final int LARGE_MEGABYTES = 10;

  /** With what the server is shipped, and what it should do with. */
  private static final List<Integer> HEAP_MEGABYTES = List.of(256, 128);

  private final EtlPlan plan;
  private final Path folder;
  private final PostgresServer.Database database;
  private final PrintStream progress;

  Memory(EtlPlan plan, Path folder, PostgresServer.Database database, PrintStream progress) {
    this.plan = plan;
    this.folder = folder;
    this.database = database;
    this.progress = progress;
  }

  List<Figure> run() throws IOException, SQLException, InterruptedException {
    try (Connection connection = database.connect()) {
      BenchTable.run(
          connection,
          List.of(
              "create table long_table as select i as id, i %% 1000 as amount from generate_series(1, %d) i"
                  .formatted(plan.manyRows()),
              "create table wide_table as select %s from generate_series(1, %d) i"
                  .formatted(wide(), LARGE_ROWS),
              "vacuum analyze"));
    }
    Figure heap = null;
    Figure rss = null;
    String conditions =
        String.format(
            Locale.ROOT,
            "`estat etl` of the distribution, one job after the other: %,d narrow rows; %d rows of %d columns with a text and a bytea of %d MB each",
            plan.manyRows(),
            LARGE_ROWS,
            COLUMNS,
            LARGE_MEGABYTES);
    for (int megabytes : HEAP_MEGABYTES) {
      try {
        Usage usage = run(megabytes);
        if (rss == null) {
          rss = rss(usage, conditions);
        }
        heap = heap("completes with -Xmx" + megabytes + "m", megabytes, conditions);
      } catch (IOException e) {
        progress.println("  with -Xmx" + megabytes + "m: " + e.getMessage());
        if (heap == null) {
          heap =
              heap("does not complete with -Xmx" + megabytes + "m", Integer.MAX_VALUE, conditions);
        }
      }
    }
    return java.util.stream.Stream.of(heap, rss).filter(java.util.Objects::nonNull).toList();
  }

  private static Figure heap(String measured, int megabytes, String conditions) {
    return new Figure(
        "heap, any table",
        measured,
        "<= 256 MB",
        "<= 128 MB",
        megabytes <= 128
            ? Figure.Verdict.AIM
            : megabytes <= 256 ? Figure.Verdict.MUST : Figure.Verdict.SHORT,
        conditions);
  }

  private static Figure rss(Usage usage, String conditions) {
    double megabytes = usage.peakRssBytes() / 1e6;
    return Figure.below(
        "RSS of the server while it extracts",
        "%.0f MB at its peak".formatted(megabytes),
        megabytes,
        new Bound(450, 300, "MB"),
        conditions);
  }

  private Usage run(int heapMegabytes) throws IOException, InterruptedException {
    Path own = folder.resolve("heap-" + heapMegabytes);
    try (var server = new EtlServer(own, database, "-Xmx" + heapMegabytes + "m")) {
      for (String table : List.of("long_table", "wide_table")) {
        long start = System.nanoTime();
        server.copy(table);
        progress.printf(
            Locale.ROOT,
            "  -Xmx%dm, %s: %.1f s, peak RSS %.0f MB%n",
            heapMegabytes,
            table,
            (System.nanoTime() - start) / 1e9,
            server.usage().peakRssBytes() / 1e6);
      }
      return server.usage();
    }
  }

  /** Two large columns that do not compress to nothing, and short ones. */
  private static String wide() {
    int times = LARGE_MEGABYTES * 1_000_000 / 32;
    String large = "repeat(md5(i::text), %d)".formatted(times);
    return IntStream.rangeClosed(3, COLUMNS)
        .mapToObj(column -> "i * %1$d as number_%1$d".formatted(column))
        .collect(
            Collectors.joining(
                ", ", large + " as note, convert_to(" + large + ", 'UTF8') as image, ", ""));
  }
}
