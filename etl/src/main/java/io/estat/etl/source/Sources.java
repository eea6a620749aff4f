package io.estat.etl.source;

import io.estat.etl.breaker.Breaker;
import io.estat.etl.breaker.BreakerOptions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Databases by their JDBC URL. */
public final class Sources {
  private static final List<Dialect> DIALECTS =
      List.of(new OracleDialect(), new PostgresDialect(), new MariaDbDialect(), new H2Dialect());

  private Sources() {}

  /** A source with a breaker of its own. */
  public static Source open(SourceSettings settings) throws SQLException {
    return open(
        settings, new Breaker("the database", BreakerOptions.DEFAULTS, InstantSource.system()));
  }

  /**
   * A source for the URL. Does not connect yet: a database that is down is the first caller's
   * failure.
   *
   * @throws IllegalArgumentException if no dialect speaks to what the URL names
   * @throws SQLException if the driver is missing
   */
  public static Source open(SourceSettings settings, Breaker breaker) throws SQLException {
    Dialect dialect =
        dialect(settings.url())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no database is known for the URL's beginning '%s'; it must be jdbc:oracle:, jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql: or jdbc:h2:"
                            .formatted(beginning(settings.url()))));
    return new PooledSource(dialect.of(settings), settings, breaker, PooledSource.PATIENCE);
  }

  /** The dialect that speaks to what the URL names. */
  public static Optional<Dialect> dialect(String jdbcUrl) {
    return DIALECTS.stream().filter(dialect -> dialect.accepts(jdbcUrl)).findFirst();
  }

  /** The part of a URL that cannot hold a secret. */
  private static String beginning(String url) {
    int second = url.indexOf(':', url.indexOf(':') + 1);
    return second < 0 ? url.substring(0, Math.min(5, url.length())) : url.substring(0, second + 1);
  }
}
