package io.estat.etl.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one table of a transport differs from the default.
 *
 * @param columns the columns to take, in this order; empty: all, in the table's order
 * @param where one SQL condition that rows must meet, or null
 * @param outputName the object's name without {@code .jsonl.gz}, or null for the table's own
 * @param splitColumn the column whose ranges cut the table into chunks, or null for the dialect's
 *     choice
 * @param numbers how exact decimals are written, or null for the server's setting
 */
public record TableOptions(
    List<String> columns,
    @Nullable String where,
    @Nullable String outputName,
    @Nullable String splitColumn,
    @Nullable Numbers numbers) {
  /** Nothing differs. */
  public static final TableOptions NONE = new TableOptions(List.of(), null, null, null, null);

  public TableOptions {
    columns = List.copyOf(columns);
  }

  public Optional<String> condition() {
    return Optional.ofNullable(where);
  }
}
