package io.estat.etl.plan;

import io.estat.etl.domain.TableOptions;
import io.estat.etl.encode.ColumnPlan;
import io.estat.etl.source.TableInfo;
import java.util.List;

/**
 * How one table is read.
 *
 * @param kind how it was cut: {@code rowid ranges}, {@code ctid ranges}, {@code partitions}, {@code
 *     key ranges}, {@code one cursor}
 * @param reason why not finer, or empty
 * @param chunks together exactly the table
 */
public record TablePlan(
    TableInfo table,
    TableOptions options,
    List<ColumnPlan> columns,
    String kind,
    String reason,
    List<Chunk> chunks) {
  public TablePlan {
    columns = List.copyOf(columns);
    chunks = List.copyOf(chunks);
  }
}
