package io.estat.etl.server.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every setting of the ETL server: its key in {@code config.yaml}, its default, what is allowed,
 * and what it means. The constant's name is the name in the environment: the key in upper case,
 * dots and dashes as underscores.
 */
public enum Setting {
  SERVER_HOST("server.host", "127.0.0.1", "a host or address", "Where requests are taken."),
  SERVER_PORT("server.port", "8080", "0 to 65535", "Port; 0 takes a free one."),
  SERVER_SHUTDOWN_TIMEOUT(
      "server.shutdown_timeout", "30s", "1s to 1h", "How long open requests may take at the end."),
  SERVER_SAMPLES(
      "server.samples", "true", "true, false", "Whether first rows of tables can be asked for."),
  APP_INSTANCE_ID("app.instance_id", "", "any text", "Who this instance is; else the host name."),
  APP_LOG_LEVEL("app.log_level", "info", "trace, debug, info, warn, error", "What is logged."),
  APP_LOG_PRETTY("app.log_pretty", "false", "true, false", "Lines for people instead of JSON."),
  SOURCE_URL(
      "source.url",
      "",
      "jdbc:oracle:..., jdbc:postgresql:..., jdbc:mariadb:..., jdbc:mysql:..., jdbc:h2:...",
      "The database; for Oracle with a wallet oracle.tns_name."),
  SOURCE_USERNAME("source.username", "", "a user", "Who reads."),
  SOURCE_PASSWORD("source.password", "", "a secret", "The user's password."),
  SOURCE_PROPERTIES(
      "source.properties", "", "name=value, ...", "Properties of the JDBC driver, a map in YAML."),
  SOURCE_POOL_MIN("source.pool_min", "1", "0 to 1000", "Connections kept open."),
  SOURCE_POOL_MAX(
      "source.pool_max",
      "10",
      "etl.parallel_tables + 2 to 1000",
      "Connections at most, those of the API included."),
  SOURCE_FETCH_ARRAY_SIZE("source.fetch_array_size", "1000", "1 to 100000", "Rows of one fetch."),
  SOURCE_FETCH_BYTES(
      "source.fetch_bytes",
      "4194304",
      "65536 to 268435456",
      "Bytes one fetch may take; the smaller bound wins."),
  SOURCE_PREFETCH_COUNT(
      "source.prefetch_count",
      "1000",
      "1 to 100000",
      "Oracle: rows that come with the first answer."),
  SOURCE_DEFAULT_OWNER(
      "source.default_owner", "", "a schema", "Whose tables need no owner; else the user's own."),
  ORACLE_WALLET_PATH("oracle.wallet_path", "", "a folder", "Wallet with tnsnames.ora."),
  ORACLE_TNS_NAME("oracle.tns_name", "", "a net service name", "Which entry of tnsnames.ora."),
  ORACLE_USERNAME("oracle.username", "", "a user", "The same as source.username."),
  ORACLE_PASSWORD("oracle.password", "", "a secret", "The same as source.password."),
  ORACLE_POOL_MIN("oracle.pool_min", "", "0 to 1000", "The same as source.pool_min."),
  ORACLE_POOL_MAX(
      "oracle.pool_max", "", "etl.parallel_tables + 2 to 1000", "The same as source.pool_max."),
  ORACLE_FETCH_ARRAY_SIZE(
      "oracle.fetch_array_size", "", "1 to 100000", "The same as source.fetch_array_size."),
  ORACLE_PREFETCH_COUNT(
      "oracle.prefetch_count", "", "1 to 100000", "The same as source.prefetch_count."),
  ORACLE_DEFAULT_OWNER("oracle.default_owner", "", "a schema", "The same as source.default_owner."),
  STORE_URL(
      "store.url",
      "",
      "gs://bucket, s3://bucket, file:///folder",
      "Where objects go. Either this or gcs.bucket_name."),
  GCS_PROJECT_ID(
      "gcs.project_id",
      "",
      "a project",
      "Taken and not used: no call of the server is about a project."),
  GCS_BUCKET_NAME("gcs.bucket_name", "", "a bucket's name", "b means store.url gs://b."),
  GCS_CREDENTIALS_FILE(
      "gcs.credentials_file", "", "a JSON file", "Service account; else the environment's own."),
  GCS_CHUNK_SIZE(
      "gcs.chunk_size", "16777216", "262144 to 1073741824, in steps of 262144", "Bytes of a part."),
  GCS_TIMEOUT_SECONDS("gcs.timeout_seconds", "60", "1 to 3600", "Bound of one request."),
  GCS_ENDPOINT("gcs.endpoint", "", "http(s)://host:port", "An emulator."),
  S3_REGION("s3.region", "", "a region's name", "Region of the bucket; else the AWS SDK's search."),
  S3_ENDPOINT("s3.endpoint", "", "http(s)://host:port", "An S3-compatible server."),
  REPOSITORY_URL(
      "repository.url",
      "jdbc:h2:file:./estat-data/etl/repository",
      "jdbc:h2:..., jdbc:postgresql:..., jdbc:mariadb:..., jdbc:mysql:...",
      "The job store: transports, jobs, progress."),
  REPOSITORY_USERNAME("repository.username", "", "a user", "User of the job store."),
  REPOSITORY_PASSWORD("repository.password", "", "a secret", "Its password."),
  REPOSITORY_POOL_MAX("repository.pool_max", "10", "4 to 1000", "Its connections at most."),
  ETL_CHUNK_SIZE("etl.chunk_size", "10000", "1 to 1000000", "Rows of one progress step."),
  ETL_PARALLEL_TABLES("etl.parallel_tables", "4", "1 to 256", "Workers."),
  ETL_RETRY_ATTEMPTS("etl.retry_attempts", "3", "0 to 20", "Tries after the first."),
  ETL_RETRY_BACKOFF("etl.retry_backoff", "1s", "1ms to 1h", "First pause, doubled each time."),
  ETL_MAX_BACKOFF("etl.max_backoff", "30s", "etl.retry_backoff to 1h", "Longest pause."),
  ETL_OUTAGE_PATIENCE(
      "etl.outage_patience",
      "10m",
      "0s to 24h",
      "How long a running job waits for a database or store that is away."),
  ETL_BUFFER_BYTES(
      "etl.buffer_bytes",
      "67108864",
      "16777216 to 17179869184, with S3 5242880 x (etl.parallel_tables + 1) or more",
      "Bytes that wait for the store, over all open objects."),
  ETL_MAX_OBJECT_BYTES(
      "etl.max_object_bytes",
      "3932891136",
      "1048576 to 5497558138880",
      "Above it a table goes on in a further object; BigQuery loads at most 4 GB."),
  ETL_SNAPSHOT("etl.snapshot", "job", "job, table, chunk", "What is read at one point in time."),
  ETL_MAX_SNAPSHOT_AGE(
      "etl.max_snapshot_age", "6h", "1m to 168h", "How long a snapshot is kept open."),
  ETL_ON_SNAPSHOT_LOST(
      "etl.on_snapshot_lost",
      "fail",
      "fail, restart_table",
      "What happens to a table whose point in time is gone."),
  ETL_VERIFY("etl.verify", "count", "count, off", "Whether the database counts the rows, too."),
  ETL_NUMBERS(
      "etl.numbers",
      "string",
      "string, number",
      "How numbers are written that a double cannot hold."),
  ETL_TIME_ZONES(
      "etl.time_zones", "offset", "offset, offset_and_region", "What shows of a time's zone."),
  ETL_ON_UNSUPPORTED(
      "etl.on_unsupported",
      "refuse",
      "refuse, null, text",
      "What becomes of a column without a JSON shape."),
  ETL_ON_BAD_TEXT(
      "etl.on_bad_text", "replace", "replace, fail", "What becomes of text that is not Unicode."),
  ETL_COLUMN_NAMES(
      "etl.column_names",
      "source",
      "source, bigquery",
      "Whether names are made safe for BigQuery."),
  ORACLE_ALLOW_PARALLEL_EXECUTE(
      "oracle.allow_parallel_execute",
      "false",
      "true, false",
      "Whether DBMS_PARALLEL_EXECUTE may be used; it commits and writes dictionary rows."),
  MARIADB_ALLOW_LOCK(
      "mariadb.allow_lock",
      "false",
      "true, false",
      "Whether a global lock of at most 5 s may be taken for a common snapshot."),
  BREAKER_FAILURES(
      "breaker.failures",
      "5",
      "1 to 1000",
      "Failures in a row that open the breaker of the database or of the store."),
  BREAKER_WINDOW("breaker.window", "1m", "1s to 1h", "Within this time, in whole seconds."),
  BREAKER_OPEN_FOR(
      "breaker.open_for", "30s", "1s to 1h", "For so long nothing is asked; then one call tries."),
  SCHEDULE_GRACE("schedule.grace", "1h", "0s to 168h", "How late a missed run is still caught up."),
  AUTH_ENABLED("auth.enabled", "true", "true, false", "Whether a caller must say who it is."),
  AUTH_ALLOW_ANONYMOUS(
      "auth.allow_anonymous",
      "false",
      "true, false",
      "With auth.enabled false: anybody may do anything, also from other machines."),
  AUTH_API_KEYS(
      "auth.api_keys",
      "",
      "name:role:key, ...",
      "Keys for X-API-Key; in YAML a list of {name, role, key or sha256}. A bare key operates."),
  AUTH_BEARER_SECRET(
      "auth.bearer_secret", "", "a secret of 32 bytes or more", "Of JWTs signed with HS256."),
  AUTH_JWKS_URL("auth.jwks_url", "", "http(s)://...", "Public keys of JWTs."),
  AUTH_ISSUER("auth.issuer", "", "any text", "The iss that a JWT must have."),
  AUTH_AUDIENCE("auth.audience", "", "any text", "An aud that a JWT must have."),
  AUTH_OPEN_METRICS("auth.open_metrics", "false", "true, false", "Whether anybody reads /metrics."),
  AUTH_OPEN_DOCS(
      "auth.open_docs", "false", "true, false", "Whether anybody reads /v3/api-docs and its UI."),
  RATE_LIMIT_ENABLED("rate_limit.enabled", "true", "true, false", "Whether requests are limited."),
  RATE_LIMIT_REQUESTS_PER_MINUTE(
      "rate_limit.requests_per_minute", "100", "1 to 1000000", "For each caller."),
  RATE_LIMIT_BURST("rate_limit.burst", "20", "1 to 1000000", "Of these at once."),
  CORS_ALLOWED_ORIGINS(
      "cors.allowed_origins",
      "",
      "origins, comma-separated",
      "Pages that may call; without it none but the server's own.");

  private final String key;
  private final String byDefault;
  private final String allowed;
  private final String meaning;

  Setting(String key, String byDefault, String allowed, String meaning) {
    this.key = key;
    this.byDefault = byDefault;
    this.allowed = allowed;
    this.meaning = meaning;
  }

  /** As in {@code config.yaml}: {@code etl.chunk_size}. */
  public String key() {
    return key;
  }

  /** As it would be written; empty where there is none or it depends on the machine. */
  public String byDefault() {
    return byDefault;
  }

  /** What is allowed, in words. */
  public String allowed() {
    return allowed;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether its value must not be shown. URLs and properties may hold passwords. */
  public boolean isSecret() {
    return switch (this) {
      case SOURCE_PASSWORD,
          ORACLE_PASSWORD,
          REPOSITORY_PASSWORD,
          AUTH_API_KEYS,
          AUTH_BEARER_SECRET,
          SOURCE_PROPERTIES,
          SOURCE_URL,
          REPOSITORY_URL ->
          true;
      default -> false;
    };
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }
}
