package io.estat.etl.encode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names of a table's columns.
 *
 * @param source in the database
 * @param landed in lines and schema file, in the same order
 * @param noSchema why there is no schema file, or empty: there is one
 */
public record ColumnNames(List<String> source, List<String> landed, Optional<String> noSchema) {
  public ColumnNames {
    source = List.copyOf(source);
    landed = List.copyOf(landed);
  }

  /** The names that differ, source to landed, for the manifest. */
  public Map<String, String> changed() {
    var changed = new LinkedHashMap<String, String>();
    for (int i = 0; i < source.size(); i++) {
      if (!source.get(i).equals(landed.get(i))) {
        changed.put(source.get(i), landed.get(i));
      }
    }
    return changed;
  }
}
