package io.estat.etl.source;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A source for questions that must not be a burden: each query is cut off after a time, nothing
 * that the settings allow beside reading is done, and closing it ends what is still asked. The
 * source behind it stays open. Thread-safe.
 */
public final class BoundedSource implements Source {
  private final Source source;
  private final int querySeconds;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param query how long one query may take; of whole seconds
   */
  public BoundedSource(Source source, Duration query) {
    this.source = source;
    this.querySeconds = (int) query.toSeconds();
  }

  @Override
  public Dialect dialect() {
    return source.dialect().of(settings());
  }

  /** Without locks, and without packages that commit. */
  @Override
  public SourceSettings settings() {
    return source.settings().allowing(false, false);
  }

  @Override
  public Connection connection() throws SQLException {
    Connection connection = source.connection();
    open.add(connection);
    if (closed) {
      giveBack(connection);
      throw new SQLException("the time for all questions is over", "57014");
    }
    return (Connection)
        Proxy.newProxyInstance(
            BoundedSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new Bounded(connection));
  }

  @Override
  public Optional<PoolUse> poolUse() {
    return source.poolUse();
  }

  private void giveBack(Connection connection) throws SQLException {
    open.remove(connection);
    try (connection;
        Statement last = connection.createStatement()) {
      // H2 keeps a timeout for the session; elsewhere it went with its statement.
      last.setQueryTimeout(0);
    }
  }

  /** Cuts every connection that was not given back: the pool makes others in their place. */
  @Override
  public void close() {
    closed = true;
    for (Connection connection : open) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        // Gone already.
      }
    }
  }

  private final class Bounded implements InvocationHandler {
    private final Connection connection;
    private final AtomicBoolean ended = new AtomicBoolean();

    Bounded(Connection connection) {
      this.connection = connection;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a connection equals only itself
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      return switch (method.getName()) {
        case "close" -> {
          if (ended.compareAndSet(false, true)) {
            giveBack(connection);
          }
          yield null;
        }
        case "equals" -> arguments != null && proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> {
          Object result = call(method, arguments);
          // Queries are prepared; what is executed at once are settings of the session.
          if (result instanceof PreparedStatement query) {
            query.setQueryTimeout(querySeconds);
          }
          yield result;
        }
      };
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
      try {
        return method.invoke(connection, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }
  }
}
