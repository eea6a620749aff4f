package io.estat.etl.source;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.OutageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;

/** A source whose connections HikariCP keeps. Opened without asking the database anything. */
final class PooledSource implements Source {
  /** Rides out a restart; five callers after each other still open the breaker in its window. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Dialect dialect;
  private final SourceSettings settings;
  private final Breaker breaker;
  private final HikariDataSource pool;

  /**
   * @param patience of a caller who waits for a connection
   */
  PooledSource(Dialect dialect, SourceSettings settings, Breaker breaker, Duration patience)
      throws SQLException {
    this.dialect = dialect;
    this.settings = settings;
    this.breaker = breaker;
    var config = new HikariConfig();
    config.setPoolName("source");
    config.setDataSource(new DriverConnections(dialect, settings).asDataSource(breaker));
    config.setMinimumIdle(settings.poolMin());
    config.setMaximumPoolSize(settings.poolMax());
    config.setConnectionTimeout(patience.toMillis());
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
      breaker.enter();
    } catch (OutageException e) {
      throw new SourceAwayException(e);
    }
    try {
      Connection connection = pool.getConnection();
      breaker.succeeded();
      return connection;
    } catch (SQLTransientConnectionException e) {
      // The pool's patience ended because of what the database or its driver said last.
      SQLException said = e.getCause() instanceof SQLException cause ? cause : e;
      judge(said);
      throw said;
    } catch (SQLException | RuntimeException | Error e) {
      breaker.broken(e);
      throw e;
    }
  }

  private void judge(SQLException said) {
    if (pool.getHikariPoolMXBean().getActiveConnections() >= pool.getMaximumPoolSize()) {
      // All are lent: nobody has asked the database.
      breaker.broken(said);
    } else if (dialect.classify(said) == SourceFailure.TRANSIENT) {
      breaker.failed(said);
    } else {
      breaker.succeeded();
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
