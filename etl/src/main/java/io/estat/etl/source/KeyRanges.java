package io.estat.etl.source;

import io.estat.etl.domain.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of equal width between the smallest and the greatest value of a column of numbers. The
 * first and the last are unbounded, and NULL is with the first, so that what is outside of the
 * values found here is in a range all the same.
 */
public final class KeyRanges {
  private static final int MOST = 4096;

  private KeyRanges() {}

  /**
   * @param column one that {@link Dialect#splitsBy} accepts
   */
  public static Split of(
      Dialect dialect, Connection connection, TableInfo table, Column column, long chunkRows)
      throws SQLException {
    String from = dialect.quote(table.name());
    String key = dialect.quote(column.name());
    Ends ends =
        Query.list(
                connection,
                ends(from, key),
                row -> new Ends(row.getBigDecimal(1), row.getBigDecimal(2)))
            .getFirst();
    BigDecimal least = ends.least();
    BigDecimal greatest = ends.greatest();
    if (least == null || greatest == null) {
      return Split.oneCursor(from, table.rows(), "there is no key yet");
    }
    BigInteger low = least.setScale(0, RoundingMode.FLOOR).toBigInteger();
    BigInteger width =
        greatest.setScale(0, RoundingMode.FLOOR).toBigInteger().subtract(low).add(BigInteger.ONE);
    // Never analyzed: as if there were no holes between the keys.
    BigInteger rows = table.rows() < 0 ? width : BigInteger.valueOf(table.rows());
    int count =
        rows.min(width)
            .divide(BigInteger.valueOf(chunkRows))
            .min(BigInteger.valueOf(MOST))
            .intValue();
    if (count < 2) {
      return Split.oneCursor(
          from,
          table.rows(),
          rows.compareTo(BigInteger.valueOf(2L * chunkRows)) < 0
              ? "the table fits into one chunk"
              : "its key %s has too few different values".formatted(key));
    }
    var bounds = new ArrayList<Object>();
    for (int i = 1; i < count; i++) {
      BigInteger step = width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count));
      bounds.add(bind(low.add(step)));
    }
    return new Split("key ranges", "", ranges(from, key, column.nullable(), bounds, table.rows()));
  }

  static String ends(String from, String key) {
    return "select min(%s), max(%s) from %s".formatted(key, key, from);
  }

  /**
   * @param bounds ascending, each greater than the one before
   */
  static List<Split.Range> ranges(
      String from, String key, boolean nullable, List<Object> bounds, long rows) {
    long each = rows < 0 ? -1 : rows / (bounds.size() + 1);
    var ranges = new ArrayList<Split.Range>();
    String first =
        nullable ? "(%s < ? or %s is null)".formatted(key, key) : "%s < ?".formatted(key);
    ranges.add(new Split.Range(from, first, List.of(bounds.getFirst()), each));
    for (int i = 1; i < bounds.size(); i++) {
      ranges.add(
          new Split.Range(
              from,
              "%s >= ? and %s < ?".formatted(key, key),
              List.of(bounds.get(i - 1), bounds.get(i)),
              each));
    }
    ranges.add(new Split.Range(from, key + " >= ?", List.of(bounds.getLast()), each));
    return ranges;
  }

  /**
   * As a long where it fits: an index of whole numbers is not used for a comparison of decimals.
   */
  private static Object bind(BigInteger bound) {
    return bound.bitLength() < Long.SIZE ? (Object) bound.longValue() : new BigDecimal(bound);
  }

  private record Ends(@Nullable BigDecimal least, @Nullable BigDecimal greatest) {}
}
