package io.estat.etl.extract;

import io.estat.etl.encode.LineBuffer;
import io.estat.etl.encode.RowEncoder;
import io.estat.etl.plan.Chunk;
import io.estat.etl.source.Snapshot;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.StoreException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads chunks with one cursor each: row to line, lines to gzip member, members to the table's
 * output. A chunk's members wait here until its count is proven, so that it can be read again after
 * a lost connection; one that outgrows {@value #HELD_BYTES} bytes goes on its way before. One
 * thread.
 */
final class ChunkReader implements AutoCloseable {
  /** Lines are handed to the compressor in pieces of this size: they stay in the CPU's cache. */
  private static final int PIECE_BYTES = 1 << 17;

  /** Compressed bytes a chunk may hold back. */
  private static final int HELD_BYTES = 4 << 20;

  private final ExtractOptions options;
  private final Cancellation cancellation;
  private final LineBuffer lines = new LineBuffer(PIECE_BYTES * 2);
  private final GzipMember member;
  private long rows;
  private long reported;
  private long appendedRows;

  /** Up to which row lengths were looked at. */
  private long measuredRows;

  ChunkReader(ExtractOptions options, GzipEngine gzip, Cancellation cancellation) {
    this.options = options;
    this.cancellation = cancellation;
    member = new GzipMember(gzip, options.gzipLevel());
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
    lines.clear();
    member.reset();
    rows = 0;
    reported = 0;
    appendedRows = 0;
    measuredRows = 0;
  }

  /**
   * After {@link #reset}, reads the chunk to its end, or stops in the middle when the run or the
   * table ends.
   *
   * @return whether it was read to its end
   * @throws ExtractException if the counts do not agree, or a value cannot be written
   */
  boolean read(
      TableAttempt table, Chunk chunk, Snapshot snapshot, RowEncoder encoder, Connection session)
      throws SQLException, IOException, ExtractException, InterruptedException {
    String from = " from " + chunk.from(snapshot);
    if (!readRows(table, chunk, from, encoder, session)) {
      return false;
    }
    member.write(lines);
    prove(table, chunk, from, session);
    append(table);
    return true;
  }

  private boolean readRows(
      TableAttempt table, Chunk chunk, String from, RowEncoder encoder, Connection session)
      throws SQLException, IOException, ExtractException, InterruptedException {
    try (PreparedStatement select =
            prepare(session, "select " + table.expressions() + from, chunk);
        Cancellation.Registration _ = cancellation.whileRunning(() -> cancelQuietly(select))) {
      select.setFetchSize(table.fetchSize().rows());
      // The first row tells how many the next fetch may bring.
      long step = 1;
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          encoder.encode(row, lines);
          rows++;
          if (lines.length() >= PIECE_BYTES) {
            if (table.isOver() || cancellation.isAsked()) {
              return false;
            }
            measure(table, row);
            member.write(lines);
            measuredRows = rows;
            if (member.pending() > HELD_BYTES) {
              append(table);
            }
          }
          if (rows == step) {
            measure(table, row);
            report(table);
            step += options.chunkRows();
          }
        }
      }
    }
    report(table);
    return true;
  }

  /** By the lines that are not compressed yet. */
  private void measure(TableAttempt table, ResultSet row) throws SQLException {
    if (lines.length() > 0) {
      table.fetchSize().seen(rows - measuredRows, lines.length());
      row.setFetchSize(table.fetchSize().rows());
    }
  }

  private void report(TableAttempt table) {
    table.progress(rows - reported);
    reported = rows;
  }

  /** The database's own count, the rows that were encoded and the lines at the gzip must agree. */
  private void prove(TableAttempt table, Chunk chunk, String from, Connection session)
      throws SQLException, ExtractException {
    long counted = options.verify() ? count(chunk, from, session) : rows;
    if (counted != rows || member.lines() != rows) {
      throw new ExtractException(
          "COUNT_MISMATCH",
          ("chunk %d of %s: the database counts %d rows, %d were read and %d lines were written;"
                  + " nothing of the table is kept. Run the job again, and report it if it repeats")
              .formatted(chunk.index(), table.table().name(), counted, rows, member.lines()),
          null);
    }
  }

  private long count(Chunk chunk, String from, Connection session) throws SQLException {
    try (PreparedStatement select = prepare(session, "select count(*)" + from, chunk);
        Cancellation.Registration _ = cancellation.whileRunning(() -> cancelQuietly(select));
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void append(TableAttempt table)
      throws IOException, ExtractException, InterruptedException {
    member.finish();
    LineBuffer whole = member.compressed();
    if (whole.length() > 0) {
      try {
        table.output().append(whole.array(), whole.length(), rows - appendedRows);
      } catch (StoreException e) {
        throw Retries.uploadError(e);
      }
      appendedRows = rows;
      whole.clear();
    }
  }

  private static PreparedStatement prepare(Connection session, String sql, Chunk chunk)
      throws SQLException {
    PreparedStatement statement = session.prepareStatement(sql);
    try {
      List<Object> binds = chunk.binds();
      for (int i = 0; i < binds.size(); i++) {
        statement.setObject(i + 1, binds.get(i));
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  /** A statement that has just ended refuses; then there is nothing to cancel. */
  private static void cancelQuietly(PreparedStatement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      // The cursor sees the request before its next piece.
    }
  }

  @Override
  public void close() {
    member.close();
  }
}
