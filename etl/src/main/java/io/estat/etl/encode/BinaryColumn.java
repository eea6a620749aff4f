package io.estat.etl.encode;

import java.util.function.Function;

/**
 * How a column is read where rows come in the server's binary format. What is written is the same,
 * byte for byte, as by the column's {@link ColumnEncoder}.
 *
 * @param expression what is selected: the quoted name, or a conversion on the server
 * @param encoder makes one for a reader that counts there what it had to bend
 */
public record BinaryColumn(String expression, Function<EncodeCounters, BytesEncoder> encoder) {}
