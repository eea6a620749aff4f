package io.estat.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** The median of the rounds, and how far they are apart. */
public record Spread(double median, double least, double most) {
  public static Spread of(DoubleStream rounds) {
    double[] sorted = rounds.sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow());
  }

  /** For example {@code 7.51 (7.40-7.66)}. */
  public String text(int decimals) {
    String number = "%." + decimals + "f";
    return least == most
        ? String.format(Locale.ROOT, number, median)
        : String.format(
            Locale.ROOT, number + " (" + number + "-" + number + ")", median, least, most);
  }
}
