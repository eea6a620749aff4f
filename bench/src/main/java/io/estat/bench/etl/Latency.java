package io.estat.bench.etl;

import io.estat.bench.Figure;
import io.estat.bench.Figure.Bound;
import io.estat.bench.Spread;
import io.estat.etl.extract.ExtractOptions;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What more workers give on a database that is far away, and whether one of them stands idle. */
final class Latency {
  private static final int TABLES = 8;

  /**
   * Four workers take seconds for them, so that the few hundred milliseconds in which a run opens
   * its connections and its snapshot do not decide. One worker's run has them as well.
   */
  private static final int ROWS_OF_A_TABLE = 500_000;

  private static final int WORKERS = 4;

  private static final String NARROW =
      "create table %s as select i as id, i %% 1000 as amount from generate_series(1, %d) i";

  private final EtlPlan plan;
  private final Path folder;
  private final PostgresServer.Database database;

  Latency(EtlPlan plan, Path folder, PostgresServer.Database database) {
    this.plan = plan;
    this.folder = folder;
    this.database = database;
  }

  List<Figure> run() throws Exception {
    List<String> equal = new ArrayList<>();
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      equal.add("equal_" + i);
      statements.add(NARROW.formatted(equal.get(i), ROWS_OF_A_TABLE));
    }
    statements.add(NARROW.formatted("ten_times", 10 * ROWS_OF_A_TABLE));
    statements.add("analyze");
    try (Connection connection = database.connect()) {
      BenchTable.run(connection, statements);
    }
    var figures = new ArrayList<Figure>();
    double[][] seconds = new double[WORKERS + 1][plan.rounds()]; // by workers
    land(equal, WORKERS);
    for (int round = 0; round < plan.rounds(); round++) {
      for (int workers : List.of(1, 2, 4)) {
        seconds[workers][round] = land(equal, workers).seconds();
      }
    }
    figures.add(speedUp(seconds, 2, new Bound(1.9, 2, "x")));
    figures.add(speedUp(seconds, 4, new Bound(3.7, 4, "x")));
    List<String> uneven = new ArrayList<>(equal);
    uneven.add("ten_times");
    double[] idle = new double[plan.rounds()];
    for (int round = 0; round < plan.rounds(); round++) {
      idle[round] = 100 * land(uneven, WORKERS).idle();
    }
    Spread share = Spread.of(Arrays.stream(idle));
    figures.add(
        Figure.below(
            "idle time of 4 workers, one table ten times the other eight",
            share.text(1) + " %",
            share.median(),
            new Bound(10, 5, "%"),
            where()));
    return figures;
  }

  private Figure speedUp(double[][] seconds, int workers, Bound bound) {
    double[] one = seconds[1];
    double[] many = seconds[workers];
    double[] ratios = new double[plan.rounds()];
    Arrays.setAll(ratios, round -> one[round] / many[round]);
    Spread ratio = Spread.of(Arrays.stream(ratios));
    return Figure.atLeast(
        "eight equal tables, %d workers against 1".formatted(workers),
        ratio.text(2) + " x",
        ratio.median(),
        bound,
        where());
  }

  private String where() {
    return String.format(
        Locale.ROOT,
        "PostgreSQL, %d ms a fetch of %d rows; equal tables of %,d rows; median of %d",
        SlowSource.LATENCY_MILLIS,
        SlowSource.FETCH_ROWS,
        ROWS_OF_A_TABLE,
        plan.rounds());
  }

  private record Landed(double seconds, double idle) {}

  private Landed land(List<String> tables, int workers) throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    var settings = SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD);
    var source = new SlowSource(Sources.open(settings));
    try (var engine =
        new Engine(source, ExtractOptions.DEFAULTS.withParallelTables(workers), tables)) {
      long start = System.nanoTime();
      engine.land(folder);
      return new Landed((System.nanoTime() - start) / 1e9, source.idle(workers));
    }
  }
}
