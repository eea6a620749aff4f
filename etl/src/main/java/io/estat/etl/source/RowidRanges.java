package io.estat.etl.source;

import io.estat.etl.source.OracleCatalog.Extent;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of Oracle's ROWIDs. They are one chain from the first ROWID there can be to the last, cut
 * where extents begin or within a large one: so each row is in exactly one, whatever extents came
 * or went since the catalog was read, and for partitions too, whose data objects follow each other.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/database/oracle/oracle-database/23/arpls/DBMS_ROWID.html">DBMS_ROWID</a>
 */
final class RowidRanges {
  /** For a table that was never analyzed. */
  private static final long ROWS_OF_A_BLOCK = 80;

  private RowidRanges() {}

  /**
   * @param extents at least one, in the order of their ROWIDs
   */
  static Split of(String table, long rows, List<Extent> extents, long chunkRows) {
    long blocks = extents.stream().mapToLong(Extent::blocks).sum();
    long estimate = rows < 0 ? blocks * ROWS_OF_A_BLOCK : rows;
    long count = Math.min((estimate + chunkRows - 1) / chunkRows, blocks);
    return between(table, rows, bounds(extents, blocks, count));
  }

  /**
   * @param bounds the first ROWIDs of all chunks but the first, in order, as expressions
   */
  static Split between(String table, long rows, List<String> bounds) {
    if (bounds.isEmpty()) {
      return Split.oneCursor(table, rows, "the table fits into one chunk");
    }
    long each = rows < 0 ? -1 : rows / (bounds.size() + 1);
    var ranges = new ArrayList<Split.Range>();
    for (int i = 0; i <= bounds.size(); i++) {
      var condition = new ArrayList<String>(2);
      if (i > 0) {
        condition.add("rowid >= " + bounds.get(i - 1));
      }
      if (i < bounds.size()) {
        condition.add("rowid < " + bounds.get(i));
      }
      ranges.add(new Split.Range(table, String.join(" and ", condition), List.of(), each));
    }
    return new Split("rowid ranges", "", ranges);
  }

  /** The first ROWIDs of all chunks but the first: after so many blocks each. */
  private static List<String> bounds(List<Extent> extents, long blocks, long count) {
    var bounds = new ArrayList<String>();
    long before = 0;
    int chunk = 1;
    for (Extent extent : extents) {
      while (chunk < count && blocks * chunk / count < before + extent.blocks()) {
        bounds.add(firstRowid(extent, blocks * chunk / count - before));
        chunk++;
      }
      before += extent.blocks();
    }
    return bounds;
  }

  /** Of beginnings that DBMS_PARALLEL_EXECUTE found: the first is no bound. */
  static Split ofBeginnings(String table, long rows, List<String> beginnings) {
    List<String> bounds = beginnings.stream().skip(1).map("chartorowid('%s')"::formatted).toList();
    return between(table, rows, bounds);
  }

  private static String firstRowid(Extent extent, long skippedBlocks) {
    return "dbms_rowid.rowid_create(1, %d, %d, %d, 0)"
        .formatted(extent.dataObject(), extent.relativeFile(), extent.block() + skippedBlocks);
  }
}
