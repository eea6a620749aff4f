package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How one column is read and written.
 *
 * @param expression what is selected: the quoted name, or a conversion on the server
 * @param encoding its shape in words for the manifest: {@code number}, {@code decimal string},
 *     {@code base64}
 * @param bigQuery the column's type in BigQuery's schema file
 * @param encoder makes one for a reader that counts there what it had to bend
 * @param binary the faster way to the same, or null where the database has none
 */
public record ColumnPlan(
    Column column,
    String expression,
    String encoding,
    BigQueryType bigQuery,
    Function<EncodeCounters, ColumnEncoder> encoder,
    @Nullable BinaryColumn binary) {

  ColumnPlan withBinary(BinaryColumn faster) {
    return new ColumnPlan(column, expression, encoding, bigQuery, encoder, faster);
  }
}
