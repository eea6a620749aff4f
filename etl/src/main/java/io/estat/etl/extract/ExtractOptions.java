package io.estat.etl.extract;

import io.estat.etl.encode.ColumnNaming;
import io.estat.etl.encode.EncodeOptions;
import java.time.Duration;

/**
 * How tables are read and written, whatever their names are.
 *
 * @param parallelTables workers: chunks read at the same time
 * @param chunkRows rows a progress step
 * @param splitRows rows of a chunk that is aimed at
 * @param bufferBytes compressed bytes that wait for the store, over all open objects
 * @param partBytes bytes of one part of an upload
 * @param maxObjectBytes where a further object of the same table begins
 * @param verify whether the database's own count must agree
 * @param callTimeout bound of one call to the store
 * @param gzipLevel 1 (fast) to 9 (small)
 * @param columnNames what columns are called in lines and schema file
 */
public record ExtractOptions(
    int parallelTables,
    int chunkRows,
    long splitRows,
    long bufferBytes,
    int partBytes,
    long maxObjectBytes,
    boolean verify,
    Duration callTimeout,
    int gzipLevel,
    EncodeOptions encode,
    ColumnNaming columnNames,
    RetryPolicy retry,
    SnapshotPolicy snapshots) {

  /** The defaults of the configuration. */
  public static final ExtractOptions DEFAULTS =
      new ExtractOptions(
          4,
          10_000,
          100_000,
          64L << 20,
          16 << 20,
          // BigQuery loads gzip'd files of at most 4 GB.
          4_000_000_000L - (64 << 20),
          true,
          Duration.ofSeconds(60),
          1,
          EncodeOptions.DEFAULTS,
          ColumnNaming.SOURCE,
          RetryPolicy.DEFAULTS,
          SnapshotPolicy.DEFAULT);

  public ExtractOptions withParallelTables(int workers) {
    return new ExtractOptions(
        workers,
        chunkRows,
        splitRows,
        bufferBytes,
        partBytes,
        maxObjectBytes,
        verify,
        callTimeout,
        gzipLevel,
        encode,
        columnNames,
        retry,
        snapshots);
  }

  public ExtractOptions withMaxObjectBytes(long bytes) {
    return new ExtractOptions(
        parallelTables,
        chunkRows,
        splitRows,
        bufferBytes,
        partBytes,
        bytes,
        verify,
        callTimeout,
        gzipLevel,
        encode,
        columnNames,
        retry,
        snapshots);
  }

  public ExtractOptions withRetry(RetryPolicy policy) {
    return new ExtractOptions(
        parallelTables,
        chunkRows,
        splitRows,
        bufferBytes,
        partBytes,
        maxObjectBytes,
        verify,
        callTimeout,
        gzipLevel,
        encode,
        columnNames,
        policy,
        snapshots);
  }

  public ExtractOptions withSnapshots(SnapshotPolicy policy) {
    return new ExtractOptions(
        parallelTables,
        chunkRows,
        splitRows,
        bufferBytes,
        partBytes,
        maxObjectBytes,
        verify,
        callTimeout,
        gzipLevel,
        encode,
        columnNames,
        retry,
        policy);
  }

  public ExtractOptions withSplitRows(long rows) {
    return new ExtractOptions(
        parallelTables,
        chunkRows,
        rows,
        bufferBytes,
        partBytes,
        maxObjectBytes,
        verify,
        callTimeout,
        gzipLevel,
        encode,
        columnNames,
        retry,
        snapshots);
  }

  /** The database is not asked for its own counts. */
  public ExtractOptions withoutVerify() {
    return new ExtractOptions(
        parallelTables,
        chunkRows,
        splitRows,
        bufferBytes,
        partBytes,
        maxObjectBytes,
        false,
        callTimeout,
        gzipLevel,
        encode,
        columnNames,
        retry,
        snapshots);
  }

  public ExtractOptions withColumnNames(ColumnNaming naming) {
    return new ExtractOptions(
        parallelTables,
        chunkRows,
        splitRows,
        bufferBytes,
        partBytes,
        maxObjectBytes,
        verify,
        callTimeout,
        gzipLevel,
        encode,
        naming,
        retry,
        snapshots);
  }
}
