package io.estat.bench;

import io.estat.bench.Figure.Bound;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Some files of a dead-letter queue on their way into the bucket.
 *
 * @param what they have in common
 * @param files brought there
 * @param took from the first to the last
 * @param cpuMicros for all of them
 */
record Stretch(String what, long files, Duration took, long cpuMicros) {
  static final String HEAD = "| | files brought | files/s | CPU us a file |\n|---|---|---|---|";

  private static final Bound CPU = new Bound(1.5, 1.0, "x");

  /** No more is asked for than that the number of files makes no difference. */
  private static final Bound RATE = new Bound(0.9, 1.0, "x");

  static Stretch sum(String what, List<Stretch> all) {
    return new Stretch(
        what,
        all.stream().mapToLong(Stretch::files).sum(),
        all.stream().map(Stretch::took).reduce(Duration.ZERO, Duration::plus),
        all.stream().mapToLong(Stretch::cpuMicros).sum());
  }

  double perSecond() {
    return files * 1e9 / took.toNanos();
  }

  double microsPerFile() {
    return (double) cpuMicros / files;
  }

  private double cpuShare(Stretch few) {
    return microsPerFile() / few.microsPerFile();
  }

  private double rateShare(Stretch few) {
    return perSecond() / few.perSecond();
  }

  /**
   * Whether an attempt costs about as much as among few files.
   *
   * @param by whom they are brought
   */
  Figure cpuLimit(String by, Stretch few) {
    double share = cpuShare(few);
    return Figure.atMost(
        "CPU of an attempt %s, %s / %s".formatted(by, what, few.what),
        String.format(Locale.ROOT, "%.2f x", share),
        share,
        CPU,
        conditions(few));
  }

  /** Whether files are brought about as fast as among few. */
  Figure rateLimit(String by, Stretch few) {
    double share = rateShare(few);
    return Figure.atLeast(
        "files/s %s, %s / %s".formatted(by, what, few.what),
        String.format(Locale.ROOT, "%.2f x", share),
        share,
        RATE,
        conditions(few));
  }

  private String conditions(Stretch few) {
    return String.format(Locale.ROOT, "%,d and %,d files", files, few.files);
  }

  /** Its CPU a file and its rate as shares of another's. */
  String against(Stretch few) {
    return String.format(
        Locale.ROOT,
        "**%s / %s: CPU a file %.2f, rate %.2f**",
        what,
        few.what,
        cpuShare(few),
        rateShare(few));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "| %s | %,d | %.0f | %.0f |", what, files, perSecond(), microsPerFile());
  }
}
