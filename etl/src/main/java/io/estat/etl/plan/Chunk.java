package io.estat.etl.plan;

import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Split;
import java.util.List;

/**
 * Some rows of a table, read by one cursor, at whatever point in time.
 *
 * @param index from 0 within the table
 * @param range where the rows are
 * @param condition the user's, in parentheses, or empty: all rows of the range
 */
public record Chunk(int index, Split.Range range, String condition) {
  /**
   * What stands behind {@code select ... from}: the table at its point in time and the conditions;
   * the same text serves rows and count.
   */
  public String from(Snapshot snapshot) {
    return range.from(snapshot.asOf(), condition);
  }

  /** The values of the question marks, in order. */
  public List<Object> binds() {
    return range.binds();
  }

  /** The estimate, or -1. */
  public long rows() {
    return range.rows();
  }
}
