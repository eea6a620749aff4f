package io.estat.etl.encode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Column names that BigQuery takes without its flexible column names, which not every way of
 * reading a table supports.
 *
 * @see <a href="https://cloud.google.com/bigquery/docs/schemas#column_names">Column names</a>
 */
final class BigQueryNames {
  private static final int MAX_LENGTH = 300;

  /**
   * Of a table: <a href="https://cloud.google.com/bigquery/quotas#table_limits">Table limits</a>.
   */
  private static final int MAX_COLUMNS = 10_000;

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9_]");

  /** In any case. */
  private static final List<String> RESERVED_PREFIXES =
      List.of(
          "_TABLE_",
          "_FILE_",
          "_PARTITION",
          "_ROW_TIMESTAMP",
          "__ROOT__",
          "_COLIDENTIFIER",
          "_CHANGE_SEQUENCE_NUMBER",
          "_CHANGE_TYPE",
          "_CHANGE_TIMESTAMP");

  private BigQueryNames() {}

  /** Why BigQuery would not take these names together; the first reason. */
  static Optional<String> problem(List<String> names) {
    if (names.size() > MAX_COLUMNS) {
      return tooMany(names);
    }
    var seen = new HashSet<String>();
    for (String name : names) {
      if (!takes(name)) {
        return Optional.of(
            ("BigQuery takes letters, digits and underscores, at most %d, no digit first and none of"
                    + " the prefixes %s as a column name, not '%s'; set column_names: bigquery to"
                    + " land it under a changed name")
                .formatted(MAX_LENGTH, String.join(" ", RESERVED_PREFIXES), name));
      }
      if (!seen.add(folded(name))) {
        return Optional.of(
            ("BigQuery takes column names that differ only in case for the same, as '%s' and another"
                    + " one do; set column_names: bigquery to land one under a changed name")
                .formatted(name));
      }
    }
    return Optional.empty();
  }

  /** What no other name helps against. */
  static Optional<String> tooMany(List<String> names) {
    return names.size() <= MAX_COLUMNS
        ? Optional.empty()
        : Optional.of(
            "BigQuery takes %d columns, and the table has %d; leave some out with table_options.columns"
                .formatted(MAX_COLUMNS, names.size()));
  }

  /** Names that it takes, unique also without case. A name that it takes anyway stays. */
  static List<String> safe(List<String> names) {
    var taken = new HashSet<String>();
    var kept = new HashSet<String>();
    for (String name : names) {
      if (takes(name) && taken.add(folded(name))) {
        kept.add(name);
      }
    }
    var safe = new ArrayList<String>();
    for (String name : names) {
      safe.add(kept.contains(name) ? name : unique(changed(name), taken));
    }
    return safe;
  }

  private static boolean takes(String name) {
    return name.length() <= MAX_LENGTH && PLAIN.matcher(name).matches() && !reserved(name);
  }

  private static boolean reserved(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return RESERVED_PREFIXES.stream().anyMatch(upper::startsWith);
  }

  private static String changed(String name) {
    String plain = NOT_PLAIN.matcher(name).replaceAll("_");
    boolean digitFirst = !plain.isEmpty() && plain.charAt(0) <= '9';
    return plain.isEmpty() || digitFirst || reserved(plain) ? "c_" + plain : plain;
  }

  private static String unique(String wanted, Set<String> taken) {
    String name = shortened(wanted, MAX_LENGTH);
    for (int i = 2; !taken.add(folded(name)); i++) {
      String suffix = "_" + i;
      name = shortened(wanted, MAX_LENGTH - suffix.length()) + suffix;
    }
    return name;
  }

  private static String shortened(String name, int length) {
    return name.length() <= length ? name : name.substring(0, length);
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
