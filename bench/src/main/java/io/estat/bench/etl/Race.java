package io.estat.bench.etl;

import io.estat.bench.Figure;
import io.estat.bench.Figure.Bound;
import io.estat.bench.Spread;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The engine against a peer over one table, in turns: what disturbs the machine touches both. The
 * first round is not counted; its lines are compared value by value.
 */
final class Race {
  private static final double MOST_OF_PIGZ = 1.05;

  private final EtlPlan plan;
  private final Path folder;
  private final PrintStream progress;

  /**
   * @param folder where both land, one at a time
   */
  Race(EtlPlan plan, Path folder, PrintStream progress) {
    this.plan = plan;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * @param what the figure's name
   * @param source what both read, in words
   */
  Figure run(String what, String source, Contender engine, Contender peer, Bound bound)
      throws Exception {
    run(engine, 0);
    LandedValues ours = LandedValues.of(engine, files());
    long pigz = pigz();
    run(peer, 0);
    LandedValues theirs = LandedValues.of(peer, files());
    double[] mine = new double[plan.rounds()];
    double[] other = new double[plan.rounds()];
    long bytes = 0;
    for (int round = 0; round < plan.rounds(); round++) {
      mine[round] = run(engine, round + 1);
      bytes = Math.max(bytes, size(files()));
      other[round] = run(peer, round + 1);
    }
    double[] ratios = new double[plan.rounds()];
    Arrays.setAll(ratios, round -> other[round] / mine[round]);
    Spread ratio = Spread.of(Arrays.stream(ratios));
    double size = bytes / (double) pigz;
    Figure figure =
        Figure.atLeast(
            what,
            "%s x; %s against %s rows/s".formatted(ratio.text(2), rate(mine), rate(other)),
            ratio.median(),
            bound,
            String.format(
                Locale.ROOT,
                "%s; %,d rows; values equal; %.2f x the bytes of pigz -1; median of %d",
                source,
                ours.lines(),
                size,
                plan.rounds()));
    if (!ours.equals(theirs)) {
      return figure.butNot("values differ: %s, the peer's are %s".formatted(ours, theirs));
    }
    return size > MOST_OF_PIGZ ? figure.butNot("larger than 1.05 x pigz -1") : figure;
  }

  private String rate(double[] seconds) {
    double median = Spread.of(Arrays.stream(seconds)).median();
    return String.format(Locale.ROOT, "%,.0f", plan.rows() / median);
  }

  /** Seconds of one landing. */
  private double run(Contender contender, int round) throws Exception {
    empty();
    double cpu = TreeCpu.seconds();
    long start = System.nanoTime();
    contender.land(folder);
    double seconds = (System.nanoTime() - start) / 1e9;
    cpu = TreeCpu.seconds() - cpu;
    progress.printf(
        Locale.ROOT,
        "  round %d, %s: %.2f s, %,.0f rows/s, %,d bytes, CPU %.2f s, load %s%n",
        round,
        contender.name(),
        seconds,
        plan.rows() / seconds,
        size(files()),
        cpu,
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    return seconds;
  }

  /** What {@code pigz -1} makes of the lines that the engine has landed. */
  private long pigz() throws IOException, InterruptedException {
    var command =
        new ArrayList<String>(List.of("bash", "-c", "zcat \"$@\" | pigz -1 -p1 | wc -c", "bash"));
    files().forEach(file -> command.add(file.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = process.getInputStream()) {
      String count = new String(out.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
      process.waitFor();
      return Long.parseLong(count.strip());
    }
  }

  private static long size(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".gz")).toList();
    }
  }

  private void empty() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
