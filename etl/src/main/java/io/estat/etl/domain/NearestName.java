package io.estat.etl.domain;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * The name that somebody who mistyped probably meant: the same letters in another case or
 * punctuation, or a few typing errors.
 */
public final class NearestName {
  private NearestName() {}

  /** How many letters of a name may be wrong. */
  @FunctionalInterface
  public interface Tolerance {
    int ofLength(int letters);
  }

  /** The nearest of the names, as long as at least half of it is right. */
  public static Optional<String> of(String wrong, Collection<String> names) {
    return of(wrong, names, letters -> letters / 2);
  }

  public static Optional<String> of(String wrong, Collection<String> names, Tolerance tolerance) {
    String bare = bare(wrong);
    return names.stream()
        // Most pairs differ too much in length, and a start compares very many.
        .filter(name -> lengthDifference(bare, name) <= tolerance.ofLength(bare(name).length()))
        .map(name -> new Candidate(name, distance(bare, bare(name))))
        .filter(c -> c.distance <= tolerance.ofLength(bare(c.name).length()))
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  private record Candidate(String name, int distance) {}

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
