package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import io.estat.etl.domain.Numbers;

/**
 * How a column of exact decimals is written: as a number where a reader's double holds every value,
 * else as the user chose.
 */
record ExactDecimal(boolean quoted, BigQueryType bigQuery) {
  /** By the digits that are declared; without a precision none are. */
  static ExactDecimal of(Column column, EncodeOptions options) {
    return of(column.precision(), column.scale(), options);
  }

  static ExactDecimal undeclared(EncodeOptions options) {
    return of(-1, 0, options);
  }

  static ExactDecimal of(int precision, int scale, EncodeOptions options) {
    boolean small = scale == 0 && precision > 0 && precision <= NumberText.EXACT_DIGITS;
    boolean quoted = !small && options.numbers() == Numbers.STRING;
    BigQueryType holding = BigQueryType.decimal(precision, scale);
    // A bare number does not belong into a STRING; what BIGNUMERIC cannot hold, it refuses.
    return new ExactDecimal(
        quoted, !quoted && holding == BigQueryType.STRING ? BigQueryType.BIGNUMERIC : holding);
  }

  String encoding() {
    return quoted ? "decimal string" : "number";
  }
}
