package io.estat.etl.source;

import io.estat.etl.encode.ColumnPlan;
import java.util.List;

/**
 * Rows to be read by one cursor.
 *
 * @param columns what is selected, and how it is written
 * @param names of the columns in the lines
 * @param from what stands behind {@code select ... from}; the same text serves rows and count
 * @param binds the values of its question marks, in order
 */
public record RowQuery(
    List<ColumnPlan> columns, List<String> names, String from, List<Object> binds) {
  public RowQuery {
    columns = List.copyOf(columns);
    names = List.copyOf(names);
    binds = List.copyOf(binds);
  }
}
