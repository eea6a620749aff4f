package io.estat.etl.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a table, read by one cursor.
 *
 * @param index from 0 within the table
 * @param from what stands behind {@code select ... from}: the table at its point in time and the
 *     condition of the chunk; the same text serves rows and count
 * @param binds the values of its question marks, in order
 * @param rows the estimate, or -1
 */
public record Chunk(int index, String from, List<@Nullable Object> binds, long rows) {
  public Chunk {
    binds = Collections.unmodifiableList(new ArrayList<>(binds));
  }
}
