package io.estat.etl.extract;

/**
 * How many rows one fetch of a table brings: as many as were asked for, and no more than fit into
 * so many bytes. A row is taken for as long as the lines of the table have been: what the database
 * says of lengths beforehand leaves out what it keeps elsewhere. The first fetch of a table brings
 * one row. Thread-safe.
 */
final class FetchSize {
  private final int mostRows;
  private final long mostBytes;

  /** 0: no row was seen. */
  private volatile long rowBytes;

  FetchSize(int mostRows, long mostBytes) {
    this.mostRows = mostRows;
    this.mostBytes = mostBytes;
  }

  /** For the next fetch. */
  int rows() {
    long each = rowBytes;
    return each == 0 ? 1 : Math.clamp(mostBytes / each, 1, mostRows);
  }

  /** Rows that came last, and the bytes of their lines. */
  void seen(long rows, long bytes) {
    rowBytes = Math.max(1, bytes / Math.max(1, rows));
  }
}
