package io.estat.etl.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.estat.etl.source.PoolUse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The database of the job store, with its tables at the version of this program. Thread-safe. No
 * statement takes longer than {@link #STATEMENT_LIMIT}; a database that is away is told by {@link
 * DataAccessException} or {@link org.springframework.transaction.TransactionException}.
 */
public final class StoreDatabase implements AutoCloseable {
  static final Duration STATEMENT_LIMIT = Duration.ofSeconds(20);

  private static final String MIGRATIONS = "classpath:db/estat";
  private static final int ATTEMPTS = 10;

  /** What H2 says when another process has the file. */
  private static final int H2_ALREADY_OPEN = 90020;

  private final Vendor vendor;
  private final HikariDataSource pool;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  private StoreDatabase(Vendor vendor, HikariDataSource pool) {
    this.vendor = vendor;
    this.pool = pool;
    var template = new JdbcTemplate(pool);
    template.setQueryTimeout((int) STATEMENT_LIMIT.toSeconds());
    jdbc = JdbcClient.create(template);
    transactions = new TransactionTemplate(new JdbcTransactionManager(pool));
  }

  /**
   * Opens the database and brings its tables up to date; instances that start together wait for
   * each other.
   *
   * @throws StoreOpenException if it is away, refuses the user, has an H2 file that another process
   *     holds, or holds tables of a newer version
   */
  public static StoreDatabase open(StoreSettings settings) {
    Vendor vendor = Vendor.of(settings.url());
    HikariDataSource pool = null;
    try {
      pool = new HikariDataSource(config(vendor, settings));
      migrate(vendor, pool);
      return new StoreDatabase(vendor, pool);
    } catch (RuntimeException e) {
      if (pool != null) {
        pool.close();
      }
      throw new StoreOpenException(reason(vendor, e), e);
    }
  }

  private static HikariConfig config(Vendor vendor, StoreSettings settings) {
    var config = new HikariConfig();
    config.setPoolName("job-store");
    config.setJdbcUrl(vendor.complete(settings.url()));
    if (!settings.username().isEmpty()) {
      config.setUsername(settings.username());
    }
    if (!settings.password().isEmpty()) {
      config.setPassword(settings.password());
    }
    config.setMaximumPoolSize(settings.maxConnections());
    config.setMinimumIdle(Math.min(2, settings.maxConnections()));
    config.setConnectionTimeout(settings.patience().toMillis());
    // Else a locking read of MariaDB would be followed by reads of an older state.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setConnectionInitSql(vendor.firstStatement());
    vendor.connection().forEach(config::addDataSourceProperty);
    return config;
  }

  private static void migrate(Vendor vendor, HikariDataSource pool) {
    Flyway.configure()
        .dataSource(pool)
        .locations(MIGRATIONS)
        .table("estat_schema_history")
        .placeholders(vendor.placeholders())
        // Users may put the tables beside their own.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  private static String reason(Vendor vendor, RuntimeException e) {
    SQLException sql = sqlException(e);
    if (vendor == Vendor.H2 && sql != null && sql.getErrorCode() == H2_ALREADY_OPEN) {
      return "another process has the job store of repository.url open; an H2 file serves one"
          + " process: stop the other, or give all of them one PostgreSQL or MariaDB database";
    }
    String cause =
        sql != null
            ? sql.getMessage()
            : e instanceof FlywayException ? e.getMessage() : e.toString();
    return "the job store of repository.url cannot be opened: " + cause;
  }

  private static @Nullable SQLException sqlException(Throwable e) {
    SQLException last = null;
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        last = sql;
      }
    }
    return last;
  }

  /**
   * Whether no other process can use the database while this one does: whoever held a claim before
   * is dead.
   */
  public boolean isExclusive() {
    return vendor == Vendor.H2;
  }

  /** Asks the database for an answer. */
  public void ping() {
    jdbc.sql("select 1").query(Integer.class).single();
  }

  /** Of this moment. */
  public PoolUse poolUse() {
    return PoolUse.of(pool);
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  /**
   * Does the work in one transaction, or as a part of the caller's. The work is done again from its
   * start when the database undid it for the sake of another transaction, or when a unique key is
   * taken: what was minted is minted again, and what somebody else did meanwhile is seen.
   */
  public <T> T inTransaction(Supplier<T> work) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      return work.get();
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return transactions.<T>execute(transaction -> work.get());
      } catch (ConcurrencyFailureException | DuplicateKeyException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
