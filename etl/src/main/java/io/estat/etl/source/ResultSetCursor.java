package io.estat.etl.source;

import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.LineBuffer;
import io.estat.etl.encode.RowEncoder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way that every driver knows: a result set, and {@code count(*)}. */
final class ResultSetCursor implements RowCursor {
  private final Connection session;
  private final RowQuery query;
  private final RowEncoder encoder;
  private final StatementStop driver;
  private final CursorStop stop;
  private final PreparedStatement select;
  private @Nullable ResultSet rows;
  private volatile Statement running;

  /** Whether rows may still be to come. */
  private boolean open;

  /** With a driver that ends by {@link Statement#cancel} and {@link Statement#close}. */
  ResultSetCursor(Connection session, RowQuery query, EncodeCounters counters) throws SQLException {
    this(session, query, counters, (_, running) -> running.cancel());
  }

  ResultSetCursor(Connection session, RowQuery query, EncodeCounters counters, StatementStop driver)
      throws SQLException {
    this.session = session;
    this.driver = driver;
    this.query = query;
    encoder = new RowEncoder(query.columns(), query.names(), counters);
    String expressions =
        query.columns().stream().map(c -> c.expression()).collect(Collectors.joining(", "));
    select = prepare("select " + expressions);
    running = select;
    stop = new CursorStop(() -> driver.cancel(session, running));
  }

  @Override
  public void fetchRows(int count) throws SQLException {
    if (rows == null) {
      select.setFetchSize(count);
    } else {
      rows.setFetchSize(count);
    }
  }

  @Override
  public boolean next(LineBuffer out) throws SQLException {
    stop.requireNone();
    ResultSet row = rows;
    if (row == null) {
      row = select.executeQuery();
      rows = row;
    }
    // A failure to fetch is the end of the result, too; one to encode is not.
    open = false;
    open = row.next();
    if (!open) {
      return false;
    }
    encoder.encode(row, out);
    return true;
  }

  @Override
  public long count() throws SQLException {
    stop.requireNone();
    // Some drivers stream: a session then has one result at a time.
    select.close();
    try (PreparedStatement count = prepare("select count(*)")) {
      running = count;
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private PreparedStatement prepare(String what) throws SQLException {
    PreparedStatement statement = session.prepareStatement(what + " from " + query.from());
    try {
      List<Object> binds = query.binds();
      for (int i = 0; i < binds.size(); i++) {
        statement.setObject(i + 1, binds.get(i));
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  @Override
  public void cancel() {
    stop.ask();
  }

  @Override
  public void close() throws SQLException {
    stop.end();
    try (select) {
      if (open && rows != null) {
        driver.giveUp(session, rows);
      }
    }
  }
}
