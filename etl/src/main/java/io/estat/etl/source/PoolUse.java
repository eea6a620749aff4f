package io.estat.etl.source;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;

/**
 * What of a pool of connections is in use.
 *
 * @param active connections that were given out
 * @param idle connections that wait to be
 * @param waiting threads that wait for one
 * @param max connections there may be
 */
public record PoolUse(int active, int idle, int waiting, int max) {
  /** Of this moment; all but the greatest number is 0 until the pool has made a connection. */
  public static PoolUse of(HikariDataSource pool) {
    HikariPoolMXBean use = pool.getHikariPoolMXBean();
    return use == null
        ? new PoolUse(0, 0, 0, pool.getMaximumPoolSize())
        : new PoolUse(
            use.getActiveConnections(),
            use.getIdleConnections(),
            use.getThreadsAwaitingConnection(),
            pool.getMaximumPoolSize());
  }
}
