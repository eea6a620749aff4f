package io.estat.etl.extract;

import io.estat.etl.source.Dialect;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

/** A database whose dialect has no way of its own to read rows: every cursor is a result set. */
record PlainSource(Source real) implements Source {
  @Override
  public Dialect dialect() {
    return (Dialect)
        Proxy.newProxyInstance(
            Dialect.class.getClassLoader(),
            new Class<?>[] {Dialect.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("rows")) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              try {
                return method.invoke(real.dialect(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
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
}
