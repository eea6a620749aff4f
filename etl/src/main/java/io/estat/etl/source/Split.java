package io.estat.etl.source;

import java.util.List;

/**
 * A table cut into ranges: every row of the table is in exactly one, whatever is written to the
 * table meanwhile.
 *
 * @param kind {@code rowid ranges}, {@code ctid ranges}, {@code partitions}, {@code key ranges} or
 *     {@code one cursor}
 * @param reason why not finer, or empty
 */
public record Split(String kind, String reason, List<Range> ranges) {
  public Split {
    ranges = List.copyOf(ranges);
  }

  /**
   * @param table the table or one partition of it, as SQL
   * @param condition what holds of the rows, or empty: all
   * @param binds the values of the condition's question marks
   * @param rows the estimate, or -1
   */
  public record Range(String table, String condition, List<Object> binds, long rows) {
    public Range {
      binds = List.copyOf(binds);
    }

    /**
     * What stands behind {@code select ... from}.
     *
     * @param asOf of the snapshot
     * @param where another condition, or empty
     */
    public String from(String asOf, String where) {
      var from = new StringBuilder(table).append(asOf);
      String and = " where ";
      for (String part : List.of(condition, where)) {
        if (!part.isEmpty()) {
          from.append(and).append(part);
          and = " and ";
        }
      }
      return from.toString();
    }
  }

  /**
   * What stands behind {@code from} for a table of which no row is wanted: only the right to it.
   */
  public static String noRows(String table, String asOf) {
    return new Range(table, "", List.of(), 0).from(asOf, "1 = 0");
  }

  /** The whole table at once. */
  public static Split oneCursor(String table, long rows, String reason) {
    return new Split("one cursor", reason, List.of(new Range(table, "", List.of(), rows)));
  }
}
