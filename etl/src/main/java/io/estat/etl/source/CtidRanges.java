package io.estat.etl.source;

import io.estat.etl.source.PostgresCatalog.Heap;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of pages of PostgreSQL's heap, read by TID range scans. The last range of a relation has
 * no end and the first no beginning: pages that came after the plan are in it.
 *
 * @see <a href="https://www.postgresql.org/docs/14/release-14.html">TID range scans, since 14</a>
 */
final class CtidRanges {
  private CtidRanges() {}

  /** At least one heap; none has an obstacle. */
  static Split of(List<Heap> heaps, long chunkRows) {
    var ranges = new ArrayList<Split.Range>();
    for (Heap heap : heaps) {
      add(heap, chunkRows, ranges);
    }
    if (ranges.size() == 1) {
      return new Split("one cursor", "the table fits into one chunk", ranges);
    }
    return new Split("ctid ranges", "", ranges);
  }

  private static void add(Heap heap, long chunkRows, List<Split.Range> ranges) {
    long count = Math.min(chunks(heap, chunkRows), heap.pages());
    if (count < 2) {
      ranges.add(new Split.Range(heap.relation(), "", List.of(), heap.rows()));
      return;
    }
    long rows = heap.rows() < 0 ? -1 : heap.rows() / count;
    for (long i = 0; i < count; i++) {
      var condition = new ArrayList<String>(2);
      if (i > 0) {
        condition.add("ctid >= " + tid(heap.pages() * i / count));
      }
      if (i < count - 1) {
        condition.add("ctid < " + tid(heap.pages() * (i + 1) / count));
      }
      ranges.add(
          new Split.Range(heap.relation(), String.join(" and ", condition), List.of(), rows));
    }
  }

  /** A table that was never analyzed is cut as if its rows took a hundred bytes. */
  private static long chunks(Heap heap, long chunkRows) {
    long rows = heap.rows() < 0 ? heap.pages() * 80 : heap.rows();
    return (rows + chunkRows - 1) / chunkRows;
  }

  private static String tid(long page) {
    return "'(%d,0)'::tid".formatted(page);
  }
}
