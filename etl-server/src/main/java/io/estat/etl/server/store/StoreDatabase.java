package io.estat.etl.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.estat.etl.source.PoolUse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
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
    HikariConfig config = config(vendor, settings);
    // The first connection is the driver's: its failure is told once, and not by the pool's log.
    try (Connection _ = connect(config, settings)) {
      var pool = new HikariDataSource(config);
      try {
        migrate(vendor, pool);
        return new StoreDatabase(vendor, pool);
      } catch (RuntimeException e) {
        pool.close();
        throw e;
      }
    } catch (SQLException | RuntimeException e) {
      throw new StoreOpenException(OpenFailure.explain(vendor, e), e);
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

  private static Connection connect(HikariConfig config, StoreSettings settings)
      throws SQLException {
    var properties = new Properties();
    properties.putAll(config.getDataSourceProperties());
    if (!settings.username().isEmpty()) {
      properties.setProperty("user", settings.username());
    }
    if (!settings.password().isEmpty()) {
      properties.setProperty("password", settings.password());
    }
    return DriverManager.getConnection(config.getJdbcUrl(), properties);
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
