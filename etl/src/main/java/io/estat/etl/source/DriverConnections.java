package io.estat.etl.source;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.OutageException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * New connections of the driver, each prepared once by its dialect: under the pool, so that a
 * connection that is taken out again costs nothing. Thread-safe.
 */
final class DriverConnections {
  private final Dialect dialect;
  private final String url;
  private final Properties properties = new Properties();
  private final SourceSettings settings;
  private final Driver driver;

  /**
   * @throws SQLException if no driver takes the URL
   */
  DriverConnections(Dialect dialect, SourceSettings settings) throws SQLException {
    this.dialect = dialect;
    this.settings = settings;
    this.url = dialect.driverUrl(settings.url());
    this.driver = DriverManager.getDriver(url);
    properties.putAll(dialect.driverProperties(settings));
    properties.putAll(settings.properties());
    if (settings.user() != null) {
      properties.setProperty("user", settings.user());
    }
    if (settings.password() != null) {
      properties.setProperty("password", settings.password());
    }
  }

  /** A new connection, prepared. */
  Connection open() throws SQLException {
    Connection connection = connect();
    try {
      dialect.prepare(connection, settings);
      return connection;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException close) {
        e.addSuppressed(close);
      }
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    try {
      Connection connection = driver.connect(url, (Properties) properties.clone());
      if (connection == null) {
        throw new SQLException("the driver for %s does not take its URL".formatted(dialect.name()));
      }
      return connection;
    } catch (SQLException e) {
      throw dialect.explain(e, settings);
    }
  }

  /**
   * As the pool wants it, which asks by itself, too: there is none while the breaker is open. Of
   * the interface's other methods it needs no answer.
   */
  DataSource asDataSource(Breaker breaker) {
    return (DataSource)
        Proxy.newProxyInstance(
            DriverConnections.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getConnection" -> open(breaker);
                  case "isWrapperFor", "equals" -> false;
                  // How long closing the pool waits for a connection that is being made.
                  case "getLoginTimeout" -> 5;
                  case "hashCode" -> 0;
                  case "toString" -> "new connections to " + dialect.name();
                  default -> null;
                });
  }

  private Connection open(Breaker breaker) throws SQLException {
    try {
      breaker.requireNotOpen();
    } catch (OutageException e) {
      throw new SourceAwayException(e);
    }
    return open();
  }
}
