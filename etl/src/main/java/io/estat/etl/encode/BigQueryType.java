package io.estat.etl.encode;

/**
 * A type of BigQuery's table schema (the reference calls it TableFieldSchema).
 *
 * @param type STRING, INT64, FLOAT64, NUMERIC, BIGNUMERIC, BOOL, BYTES, DATE, TIME, DATETIME,
 *     TIMESTAMP or JSON
 * @param repeated mode REPEATED instead of NULLABLE or REQUIRED
 */
public record BigQueryType(String type, boolean repeated) {
  public static BigQueryType of(String type) {
    return new BigQueryType(type, false);
  }
}
