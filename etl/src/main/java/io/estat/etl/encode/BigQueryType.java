package io.estat.etl.encode;

/**
 * A type of BigQuery's table schema that a column can become.
 *
 * @see <a href="https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types">Data
 *     types</a>
 */
public enum BigQueryType {
  STRING,
  INT64,
  FLOAT64,
  NUMERIC,
  BIGNUMERIC,
  BOOL,
  BYTES,
  DATE,
  TIME,
  DATETIME,
  TIMESTAMP,
  JSON;

  /** Digits of a second that its DATETIME, TIMESTAMP and TIME keep. */
  private static final int SECOND_DIGITS = 6;

  private static final int INT64_DIGITS = 18;

  /**
   * The narrowest that holds every decimal of these digits exactly; STRING where none does.
   *
   * @param precision all digits, or less than 1: not declared
   * @param scale digits after the point; negative: zeros before it
   */
  static BigQueryType decimal(int precision, int scale) {
    int whole = precision - scale;
    int fraction = Math.max(scale, 0);
    if (precision < 1) {
      return STRING;
    }
    if (fraction == 0 && whole <= INT64_DIGITS) {
      return INT64;
    }
    if (whole <= 29 && fraction <= 9) {
      return NUMERIC;
    }
    return whole <= 38 && fraction <= 38 ? BIGNUMERIC : STRING;
  }

  /** This type of a time, or STRING if it would lose digits of the second. */
  BigQueryType ifItKeeps(int secondDigits) {
    return secondDigits <= SECOND_DIGITS ? this : STRING;
  }
}
