package io.estat.ingest.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds variables that were probably meant for this server. An environment is full of other
 * programs' variables, so only near misses count: the same letters in another case or punctuation,
 * or up to three typing errors in a long name.
 */
final class LookAlikes {
  private LookAlikes() {}

  /** One problem for each variable that looks like a setting and is none. */
  static List<String> problems(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    for (String name : new TreeSet<>(environment.keySet())) {
      nearest(name)
          .ifPresent(
              setting -> problems.add(name + " is not a setting; did you mean " + setting + "?"));
    }
    return problems;
  }

  private static Optional<Setting> nearest(String name) {
    boolean known = Arrays.stream(Setting.values()).anyMatch(s -> s.name().equals(name));
    if (known) {
      return Optional.empty();
    }
    String bare = bare(name);
    return Arrays.stream(Setting.values())
        // Most pairs differ too much in length, and every start pays for the comparisons.
        .filter(s -> Math.abs(letters(s).length() - bare.length()) <= tolerance(s))
        .min(Comparator.comparingInt(s -> distance(bare, letters(s))))
        .filter(s -> distance(bare, letters(s)) <= tolerance(s));
  }

  private static String bare(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
  }

  private static String letters(Setting setting) {
    return setting.name().replace("_", "");
  }

  private static int tolerance(Setting setting) {
    int length = letters(setting).length();
    return length >= 13 ? 3 : length >= 10 ? 2 : length >= 7 ? 1 : 0;
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
