package io.estat.etl.extract;

import io.estat.etl.source.Dialect;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A database behind a driver with a fault: the sessions of its snapshots come with bent cursors.
 * Everything else is the real source's.
 */
final class BentSource implements Source {
  private final Source real;
  private final UnaryOperator<ResultSet> fault;

  private BentSource(Source real, UnaryOperator<ResultSet> fault) {
    this.real = real;
    this.fault = fault;
  }

  /** Every cursor over rows ends after so many, as if there were no more. */
  static Source endingCursorsAfter(int rows, Source real) {
    return new BentSource(real, cursor -> countedCursor(cursor, rows, null));
  }

  /** The first cursors fail in the middle, as if the connection were cut. */
  static Source cuttingCursors(int cursors, int afterRows, Source real) {
    var left = new AtomicInteger(cursors);
    return new BentSource(
        real,
        cursor ->
            left.getAndDecrement() > 0
                ? countedCursor(cursor, afterRows, new SQLException("connection cut", "08006"))
                : cursor);
  }

  @Override
  public Dialect dialect() {
    return proxy(
        Dialect.class,
        (proxy, method, arguments) -> {
          Object result = call(method, real.dialect(), arguments);
          return result instanceof Snapshot snapshot ? bend(snapshot) : result;
        });
  }

  @Override
  public SourceSettings settings() {
    return real.settings();
  }

  @Override
  public Connection connection() throws SQLException {
    return real.connection();
  }

  @Override
  public void close() {
    real.close();
  }

  private Snapshot bend(Snapshot snapshot) {
    return proxy(
        Snapshot.class,
        (proxy, method, arguments) -> {
          Object result = call(method, snapshot, arguments);
          return result instanceof Connection session ? bend(session) : result;
        });
  }

  private Connection bend(Connection session) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          Object result = call(method, session, arguments);
          boolean rows =
              result instanceof PreparedStatement
                  && !String.valueOf(arguments[0]).startsWith("select count(*)");
          return rows ? bend((PreparedStatement) result) : result;
        });
  }

  private PreparedStatement bend(PreparedStatement statement) {
    return proxy(
        PreparedStatement.class,
        (proxy, method, arguments) -> {
          Object result = call(method, statement, arguments);
          return result instanceof ResultSet cursor ? fault.apply(cursor) : result;
        });
  }

  private static ResultSet countedCursor(
      ResultSet cursor, int rows, @Nullable SQLException atTheEnd) {
    var seen = new AtomicInteger();
    return proxy(
        ResultSet.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("next") && seen.getAndIncrement() >= rows) {
            if (atTheEnd != null) {
              throw atTheEnd;
            }
            return false;
          }
          return call(method, cursor, arguments);
        });
  }

  private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
