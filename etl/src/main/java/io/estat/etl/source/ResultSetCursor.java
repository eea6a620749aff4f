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
  private final PreparedStatement select;
  private @Nullable ResultSet rows;
  private volatile Statement running;

  ResultSetCursor(Connection session, RowQuery query, EncodeCounters counters) throws SQLException {
    this.session = session;
    this.query = query;
    encoder = new RowEncoder(query.columns(), query.names(), counters);
    String expressions =
        query.columns().stream().map(c -> c.expression()).collect(Collectors.joining(", "));
    select = prepare("select " + expressions);
    running = select;
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
    ResultSet row = rows;
    if (row == null) {
      row = select.executeQuery();
      rows = row;
    }
    if (!row.next()) {
      return false;
    }
    encoder.encode(row, out);
    return true;
  }

  @Override
  public long count() throws SQLException {
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
    try {
      running.cancel();
    } catch (SQLException e) {
      // A statement that has just ended refuses; then there is nothing to cancel.
    }
  }

  @Override
  public void close() throws SQLException {
    select.close();
  }
}
