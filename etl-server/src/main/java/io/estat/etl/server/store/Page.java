package io.estat.etl.server.store;

import java.util.List;

/**
 * A part of a list.
 *
 * @param total of the whole list
 */
public record Page<T>(List<T> items, long total, int offset, int limit) {
  public Page {
    items = List.copyOf(items);
  }
}
