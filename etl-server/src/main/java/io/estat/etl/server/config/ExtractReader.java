package io.estat.etl.server.config;

import static io.estat.etl.server.config.Setting.*;

import io.estat.etl.domain.Numbers;
import io.estat.etl.encode.ColumnNaming;
import io.estat.etl.encode.EncodeOptions;
import io.estat.etl.extract.SnapshotPolicy;
import io.estat.etl.server.config.EtlConfig.Extract;
import io.estat.etl.server.config.EtlConfig.Retry;
import java.time.Duration;

/** The section {@code etl}. */
final class ExtractReader {
  private final Values values;

  ExtractReader(Values values) {
    this.values = values;
  }

  private enum Verify {
    COUNT,
    OFF
  }

  private enum TimeZones {
    OFFSET,
    OFFSET_AND_REGION
  }

  Extract extract() {
    return new Extract(
        values.integer(ETL_CHUNK_SIZE, 1, 1_000_000),
        values.integer(ETL_PARALLEL_TABLES, 1, 256),
        retry(),
        values.duration(ETL_OUTAGE_PATIENCE, Duration.ZERO, Duration.ofDays(1)),
        values.number(ETL_BUFFER_BYTES, 16L << 20, 16L << 30),
        values.number(ETL_MAX_OBJECT_BYTES, 1L << 20, 5L << 40),
        new SnapshotPolicy(
            values.oneOf(ETL_SNAPSHOT, SnapshotPolicy.Scope.class),
            values.oneOf(ETL_ON_SNAPSHOT_LOST, SnapshotPolicy.OnLost.class)),
        values.oneOf(ETL_VERIFY, Verify.class) == Verify.COUNT,
        encode(),
        values.oneOf(ETL_COLUMN_NAMES, ColumnNaming.class));
  }

  private Retry retry() {
    Duration hour = Duration.ofHours(1);
    Duration backoff = values.duration(ETL_RETRY_BACKOFF, Duration.ofMillis(1), hour);
    Duration max = values.duration(ETL_MAX_BACKOFF, Duration.ofMillis(1), hour);
    if (max.compareTo(backoff) < 0) {
      values.problem(ETL_MAX_BACKOFF);
    }
    return new Retry(values.integer(ETL_RETRY_ATTEMPTS, 0, 20), backoff, max);
  }

  private EncodeOptions encode() {
    return new EncodeOptions(
        values.oneOf(ETL_NUMBERS, Numbers.class),
        values.oneOf(ETL_TIME_ZONES, TimeZones.class) == TimeZones.OFFSET_AND_REGION,
        values.oneOf(ETL_ON_UNSUPPORTED, EncodeOptions.Unsupported.class),
        values.oneOf(ETL_ON_BAD_TEXT, EncodeOptions.BadText.class));
  }
}
