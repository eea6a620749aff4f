package io.estat.etl.server.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what was probably meant: the same letters in another case or punctuation, or a few typing
 * errors.
 */
public final class NearestName {
  private NearestName() {}

  /** The nearest of the names, whatever its distance, as long as at least half of it is right. */
  public static Optional<String> of(String wrong, Collection<String> names) {
    return nearest(wrong, names, length -> length / 2);
  }

  /** The nearest, if it can hardly be anything else: an environment is full of other names. */
  static Optional<String> hardlyElse(String wrong, Collection<String> names) {
    return nearest(
        wrong, names, length -> length >= 13 ? 3 : length >= 10 ? 2 : length >= 8 ? 1 : 0);
  }

  private interface Tolerance {
    int ofLength(int letters);
  }

  private static Optional<String> nearest(
      String wrong, Collection<String> names, Tolerance tolerance) {
    String bare = bare(wrong);
    return names.stream()
        // Most pairs differ too much in length, and every start pays for the comparisons.
        .filter(name -> lengthDifference(bare, name) <= tolerance.ofLength(bare(name).length()))
        .min(Comparator.comparingInt(name -> distance(bare, bare(name))))
        .filter(name -> distance(bare, bare(name)) <= tolerance.ofLength(bare(name).length()));
  }

  private static int lengthDifference(String bare, String name) {
    return Math.abs(bare.length() - bare(name).length());
  }

  private static String bare(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  /** Levenshtein's distance: inserted, deleted and replaced letters. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
