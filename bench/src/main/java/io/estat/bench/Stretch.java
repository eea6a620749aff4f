package io.estat.bench;

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

  /** Its CPU a file and its rate as shares of another's. */
  String against(Stretch few) {
    return String.format(
        Locale.ROOT,
        "**%s / %s: CPU a file %.2f, rate %.2f**",
        what,
        few.what,
        microsPerFile() / few.microsPerFile(),
        perSecond() / few.perSecond());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "| %s | %,d | %.0f | %.0f |", what, files, perSecond(), microsPerFile());
  }
}
