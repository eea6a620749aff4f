package io.estat.etl.source;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** A source whose connections HikariCP keeps. Opened without asking the database anything. */
final class PooledSource implements Source {
  private final Dialect dialect;
  private final SourceSettings settings;
  private final HikariDataSource pool;

  PooledSource(Dialect dialect, SourceSettings settings) throws SQLException {
    this.dialect = dialect;
    this.settings = settings;
    var config = new HikariConfig();
    config.setPoolName("source");
    config.setDataSource(new DriverConnections(dialect, settings).asDataSource());
    config.setMinimumIdle(settings.poolMin());
    config.setMaximumPoolSize(settings.poolMax());
    config.setReadOnly(true);
    // The database may be down when the server starts: the first caller learns it, not the start.
    config.setInitializationFailTimeout(-1);
    pool = new HikariDataSource(config);
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public SourceSettings settings() {
    return settings;
  }

  @Override
  public Connection connection() throws SQLException {
    try {
      return pool.getConnection();
    } catch (SQLTransientConnectionException e) {
      // The pool's patience ended because of what the database or its driver said last.
      throw e.getCause() instanceof SQLException cause ? cause : e;
    }
  }

  @Override
  public Optional<PoolUse> poolUse() {
    return Optional.of(PoolUse.of(pool));
  }

  @Override
  public void close() {
    pool.close();
  }
}
