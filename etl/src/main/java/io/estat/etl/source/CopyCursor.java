package io.estat.etl.source;

import io.estat.etl.encode.BinaryColumn;
import io.estat.etl.encode.BinaryRowEncoder;
import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.LineBuffer;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Rows of PostgreSQL by {@code COPY ... TO STDOUT} in binary: a row comes as an array of bytes, is
 * written from it, and is forgotten. The command's tag says how many rows the server has sent, so
 * nothing is counted by a second scan.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY">COPY
 *     Operations</a>
 */
final class CopyCursor implements RowCursor {
  /** Signature, flags, and the length of what extends the header. */
  private static final int HEADER_BYTES = 11 + Integer.BYTES + Integer.BYTES;

  private static final int FIELD_COUNT_BYTES = Short.BYTES;

  /** Stands where the next row would say how many fields it has. */
  private static final int TRAILER = -1;

  private final PGConnection driver;
  private final String command;
  private final int fields;
  private final BinaryRowEncoder encoder;

  private @Nullable CopyOut copy;

  /** What came last, and how far it has been read. */
  private byte[] data = {};

  private int at;

  private final CursorStop stop;

  private CopyCursor(
      PGConnection driver, String command, List<BinaryColumn> columns, BinaryRowEncoder encoder) {
    this.driver = driver;
    this.command = command;
    this.fields = columns.size();
    this.encoder = encoder;
    stop = new CursorStop(driver::cancelQuery);
  }

  /** Empty if the query cannot be said as COPY: it takes no binds, so they must be literals. */
  static Optional<RowCursor> open(Connection session, RowQuery query, EncodeCounters counters)
      throws SQLException {
    Optional<List<BinaryColumn>> columns = BinaryRowEncoder.columns(query.columns());
    Optional<String> from = CopyLiterals.inlined(query.from(), query.binds());
    if (columns.isEmpty() || from.isEmpty()) {
      return Optional.empty();
    }
    String select =
        columns.get().stream().map(BinaryColumn::expression).collect(Collectors.joining(", "));
    return Optional.of(
        new CopyCursor(
            session.unwrap(PGConnection.class),
            "copy (select %s from %s) to stdout (format binary)".formatted(select, from.get()),
            columns.get(),
            new BinaryRowEncoder(columns.get(), query.names(), counters)));
  }

  /** Rows come one at a time. */
  @Override
  public void fetchRows(int count) {}

  @Override
  public boolean next(LineBuffer out) throws SQLException {
    stop.requireNone();
    while (at == data.length) {
      if (!receive()) {
        return false;
      }
    }
    at = encoder.encode(data, at + FIELD_COUNT_BYTES, out);
    return true;
  }

  /** Header and trailer are read over. */
  private boolean receive() throws SQLException {
    CopyOut running = copy;
    boolean first = running == null;
    if (running == null) {
      running = driver.getCopyAPI().copyOut(command);
      copy = running;
    }
    byte[] more = running.readFromCopy();
    if (more == null) {
      return false;
    }
    data = more;
    at = first ? HEADER_BYTES + ByteBuffer.wrap(more).getInt(HEADER_BYTES - Integer.BYTES) : 0;
    if (at < data.length) {
      int count = (short) ((data[at] << 8) | (data[at + 1] & 0xFF));
      if (count == TRAILER) {
        at = data.length;
      } else if (count != fields) {
        throw new SQLException(
            "COPY sent a row of %d fields where %d were asked for".formatted(count, fields));
      }
    }
    return true;
  }

  @Override
  public long count() {
    return copy == null ? -1 : copy.getHandledRowCount();
  }

  @Override
  public void cancel() {
    stop.ask();
  }

  @Override
  public void close() throws SQLException {
    stop.end();
    if (copy != null && copy.isActive()) {
      giveUp(copy);
    }
  }

  /** What is on its way is read over, else the session's next statement would meet it. */
  private void giveUp(CopyOut running) throws SQLException {
    try {
      driver.cancelQuery();
      while (running.readFromCopy() != null) {}
    } catch (SQLException e) {
      if (!PostgresDialect.QUERY_CANCELED.equals(e.getSQLState())) {
        throw e;
      }
    }
  }
}
