package io.estat.etl.extract;

import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.LineBuffer;
import io.estat.etl.plan.Chunk;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.RowCursor;
import io.estat.etl.source.RowQuery;
import io.estat.etl.source.Snapshot;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.StoreException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Reads chunks with one cursor each: row to line, lines to gzip member, members to the table's
 * output. A chunk's members wait here until its count is proven, so that it can be read again after
 * a lost connection; one that outgrows {@value #HELD_BYTES} bytes goes on its way before. One
 * thread.
 */
final class ChunkReader implements AutoCloseable {
  /** Lines are handed to the compressor in pieces of this size: they stay in the CPU's cache. */
  private static final int PIECE_BYTES = 1 << 17;

  /** Compressed bytes a chunk may hold back: another piece fits into the array that is kept. */
  private static final int HELD_BYTES = GzipMember.KEPT_BYTES - 4 * PIECE_BYTES;

  private final ExtractOptions options;
  private final Dialect dialect;
  private final Cancellation cancellation;
  private final LineCompressor compressor;
  private long rows;
  private long reported;
  private long appendedRows;

  /** Rows whose lines the compressor has. */
  private long takenRows;

  ChunkReader(ExtractOptions options, Dialect dialect, GzipEngine gzip, Cancellation cancellation) {
    this.options = options;
    this.dialect = dialect;
    this.cancellation = cancellation;
    compressor = new LineCompressor(new GzipMember(gzip, options.gzipLevel()), PIECE_BYTES * 2);
  }

  /** Whether the failed chunk can be read again: nothing of it has gone on its way. */
  boolean isRepeatable() {
    return appendedRows == 0;
  }

  /** Rows of the chunk that the table has counted as progress. */
  long reported() {
    return reported;
  }

  /** Forgets the chunk before, and what was read of this one. */
  void reset() {
    compressor.reset();
    rows = 0;
    reported = 0;
    appendedRows = 0;
    takenRows = 0;
  }

  /**
   * After {@link #reset}, reads the chunk to its end, or stops in the middle when the run or the
   * table ends.
   *
   * @return whether it was read to its end
   * @throws ExtractException if the counts do not agree, or a value cannot be written
   */
  boolean read(
      TableAttempt table,
      Chunk chunk,
      Snapshot snapshot,
      EncodeCounters counters,
      Connection session)
      throws SQLException, IOException, ExtractException, InterruptedException {
    var query =
        new RowQuery(
            table.plan().columns(),
            table.columnNames().landed(),
            chunk.from(snapshot),
            chunk.binds());
    try (RowCursor cursor = dialect.rows(session, query, counters);
        Cancellation.Registration _ = cancellation.whileRunning(cursor::cancel)) {
      if (!readRows(table, cursor)) {
        return false;
      }
      compressor.take();
      takenRows = rows;
      prove(table, chunk, cursor);
      snapshot.requireUnchanged(
          session,
          dialect.quote(table.plan().table().name()),
          table.plan().columns().stream().map(plan -> plan.column().name()).toList());
    }
    append(table);
    return true;
  }

  private boolean readRows(TableAttempt table, RowCursor cursor)
      throws SQLException, IOException, ExtractException, InterruptedException {
    cursor.fetchRows(table.fetchSize().rows());
    // The first row tells how many the next fetch may bring.
    long step = 1;
    LineBuffer lines = compressor.lines();
    while (cursor.next(lines)) {
      rows++;
      if (lines.length() >= PIECE_BYTES) {
        if (table.isOver() || cancellation.isAsked()) {
          return false;
        }
        measure(table, cursor);
        compress(table);
        lines = compressor.lines();
      }
      if (rows == step) {
        measure(table, cursor);
        report(table);
        step += options.chunkRows();
      }
    }
    report(table);
    return true;
  }

  /** A piece. Where nobody else reads the table, the next one is read meanwhile. */
  private void compress(TableAttempt table)
      throws IOException, ExtractException, InterruptedException {
    if (compressor.settled().pending() > HELD_BYTES) {
      append(table);
    }
    if (table.plan().chunks().size() == 1) {
      compressor.takeBeside();
    } else {
      compressor.take();
    }
    takenRows = rows;
  }

  /** By the lines that are not compressed yet. */
  private void measure(TableAttempt table, RowCursor cursor) throws SQLException {
    int length = compressor.lines().length();
    if (length > 0) {
      table.fetchSize().seen(rows - takenRows, length);
      cursor.fetchRows(table.fetchSize().rows());
    }
  }

  private void report(TableAttempt table) {
    table.progress(rows - reported);
    reported = rows;
  }

  /** The database's own count, the rows that were encoded and the lines at the gzip must agree. */
  private void prove(TableAttempt table, Chunk chunk, RowCursor cursor)
      throws SQLException, IOException, ExtractException {
    long counted = options.verify() ? cursor.count() : rows;
    long written = compressor.settled().lines();
    if (counted != rows || written != rows) {
      throw new ExtractException(
          "COUNT_MISMATCH",
          ("chunk %d of %s: the database counts %d rows, %d were read and %d lines were written;"
                  + " nothing of the table is kept. Run the job again, and report it if it repeats")
              .formatted(chunk.index(), table.table().name(), counted, rows, written),
          null);
    }
  }

  private void append(TableAttempt table)
      throws IOException, ExtractException, InterruptedException {
    GzipMember member = compressor.settled();
    member.finish();
    LineBuffer whole = member.compressed();
    if (whole.length() > 0) {
      try {
        table.output().append(whole.array(), whole.length(), takenRows - appendedRows);
      } catch (StoreException e) {
        throw Retries.uploadError(e);
      }
      appendedRows = takenRows;
      member.taken();
    }
  }

  @Override
  public void close() {
    compressor.close();
  }
}
