package io.estat.etl.source;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which database is read, and how.
 *
 * @param url the JDBC URL
 * @param password a secret: never printed
 * @param properties of the driver, for what the URL does not say: wallet, TLS
 * @param poolMin connections kept open
 * @param poolMax connections at most, those of the API included
 * @param fetchRows rows a fetch
 * @param fetchBytes bytes a fetch buffer may take; the smaller bound wins
 * @param prefetchRows ojdbc's {@code defaultRowPrefetch}
 * @param application what sessions call themselves in the database
 * @param maxSnapshotAge how long a snapshot may be held by a session
 * @param allowLock as in {@link #allowing}
 * @param allowParallelExecute as in {@link #allowing}
 */
public record SourceSettings(
    String url,
    @Nullable String user,
    @Nullable String password,
    Map<String, String> properties,
    int poolMin,
    int poolMax,
    int fetchRows,
    long fetchBytes,
    int prefetchRows,
    @Nullable String defaultOwner,
    String application,
    Duration maxSnapshotAge,
    boolean allowLock,
    boolean allowParallelExecute) {
  /** The default of the configuration. */
  private static final Duration MAX_SNAPSHOT_AGE = Duration.ofHours(6);

  public SourceSettings {
    properties = Map.copyOf(properties);
  }

  /** With the default age, and nothing allowed but to read. */
  public SourceSettings(
      String url,
      @Nullable String user,
      @Nullable String password,
      Map<String, String> properties,
      int poolMin,
      int poolMax,
      int fetchRows,
      long fetchBytes,
      int prefetchRows,
      @Nullable String defaultOwner,
      String application) {
    this(
        url,
        user,
        password,
        properties,
        poolMin,
        poolMax,
        fetchRows,
        fetchBytes,
        prefetchRows,
        defaultOwner,
        application,
        MAX_SNAPSHOT_AGE,
        false,
        false);
  }

  /** A database with the defaults of the configuration. */
  public static SourceSettings of(String url, @Nullable String user, @Nullable String password) {
    return new SourceSettings(
        url, user, password, Map.of(), 1, 10, 1000, 16 << 20, 1000, null, "estat");
  }

  public SourceSettings withPoolMax(int connections) {
    return new SourceSettings(
        url,
        user,
        password,
        properties,
        Math.min(poolMin, connections),
        connections,
        fetchRows,
        fetchBytes,
        prefetchRows,
        defaultOwner,
        application,
        maxSnapshotAge,
        allowLock,
        allowParallelExecute);
  }

  /**
   * @param lock whether a global lock may be taken where nothing else gives sessions a common point
   *     in time (MariaDB, MySQL)
   * @param parallelExecute whether DBMS_PARALLEL_EXECUTE may cut tables (Oracle)
   */
  public SourceSettings allowing(boolean lock, boolean parallelExecute) {
    return new SourceSettings(
        url,
        user,
        password,
        properties,
        poolMin,
        poolMax,
        fetchRows,
        fetchBytes,
        prefetchRows,
        defaultOwner,
        application,
        maxSnapshotAge,
        lock,
        parallelExecute);
  }

  /** Without the password and without the URL, which may hold one. */
  @Override
  public String toString() {
    return "SourceSettings[user=%s, pool=%d..%d]".formatted(user, poolMin, poolMax);
  }
}
