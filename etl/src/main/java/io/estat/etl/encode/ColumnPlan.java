package io.estat.etl.encode;

import io.estat.etl.domain.Column;
import java.util.function.Function;

/**
 * How one column is read and written.
 *
 * @param expression what is selected: the quoted name, or a conversion on the server
 * @param encoding its shape in words for the manifest: {@code number}, {@code decimal string},
 *     {@code base64}
 * @param bigQuery the column's type in BigQuery's schema file
 * @param encoder makes one for a reader that counts there what it had to bend
 */
public record ColumnPlan(
    Column column,
    String expression,
    String encoding,
    BigQueryType bigQuery,
    Function<EncodeCounters, ColumnEncoder> encoder) {}
