package io.estat.etl.source;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that is lent: closing it gives it back instead. */
final class Lease implements InvocationHandler {
  private final Connection connection;
  private final Consumer<Connection> giveBack;
  private final AtomicBoolean ended = new AtomicBoolean();

  private Lease(Connection connection, Consumer<Connection> giveBack) {
    this.connection = connection;
    this.giveBack = giveBack;
  }

  static Connection of(Connection connection, Consumer<Connection> giveBack) {
    return (Connection)
        Proxy.newProxyInstance(
            Lease.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new Lease(connection, giveBack));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a connection equals only itself
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "close" -> {
        if (ended.compareAndSet(false, true)) {
          giveBack.accept(connection);
        }
        return null;
      }
      case "isClosed" -> {
        return ended.get() || connection.isClosed();
      }
      case "equals" -> {
        return arguments != null && proxy == arguments[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(proxy);
      }
      case "toString" -> {
        return "lease of " + connection;
      }
      default -> {
        if (ended.get()) {
          throw new SQLException("the session was given back");
        }
        try {
          return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause() == null ? e : e.getCause();
        }
      }
    }
  }
}
