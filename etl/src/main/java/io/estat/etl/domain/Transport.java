package io.estat.etl.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tables are copied, how, and when.
 *
 * @param source the database, by the name of its configuration: {@code default}
 * @param tables 1 to {@value #MAX_TABLES} names as the user wrote them, see {@link TableName#parse}
 * @param tableOptions by an entry of {@code tables}
 * @param schedule null: runs only when asked to
 * @param revision counts the changes, from 1: what an {@code ETag} shows
 */
public record Transport(
    TransportId id,
    String name,
    String description,
    String source,
    List<String> tables,
    Map<String, TableOptions> tableOptions,
    boolean enabled,
    @Nullable Schedule schedule,
    TransportStatus status,
    long revision,
    Instant createdAt,
    Instant updatedAt) {
  public static final int MAX_TABLES = 1000;
  public static final String DEFAULT_SOURCE = "default";

  /**
   * @throws IllegalArgumentException without a table, with too many, or with options of a table
   *     that is not listed
   */
  public Transport {
    tables = List.copyOf(tables);
    tableOptions = Map.copyOf(tableOptions);
    if (tables.isEmpty() || tables.size() > MAX_TABLES) {
      throw new IllegalArgumentException(
          "a transport has 1 to %d tables, not %d".formatted(MAX_TABLES, tables.size()));
    }
    for (String table : tableOptions.keySet()) {
      if (!tables.contains(table)) {
        throw new IllegalArgumentException(
            "table_options names '%s', which is not in tables".formatted(table));
      }
    }
  }

  public TableOptions options(String table) {
    return tableOptions.getOrDefault(table, TableOptions.NONE);
  }
}
