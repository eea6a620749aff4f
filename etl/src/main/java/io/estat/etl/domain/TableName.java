package io.estat.etl.domain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table by its exact name.
 *
 * @param owner schema or user; null: the default one
 */
public record TableName(@Nullable String owner, String name) {

  /**
   * Reads {@code TABLE} or {@code OWNER.TABLE}. A part with a dot or a quote in it is written in
   * double quotes, a quote inside doubled: {@code "my.table"}.
   *
   * @throws IllegalArgumentException if it is empty, has more than two parts, or a quote is missing
   */
  public static TableName parse(String text) {
    var parts = new ArrayList<String>();
    int at = 0;
    do {
      at = text.startsWith("\"", at) ? quoted(text, at, parts) : plain(text, at, parts);
    } while (at <= text.length());
    return switch (parts.size()) {
      case 1 -> new TableName(null, parts.getFirst());
      case 2 -> new TableName(parts.getFirst(), parts.getLast());
      default -> throw bad(text);
    };
  }

  /** What {@link #parse} reads back. */
  @Override
  public String toString() {
    return owner == null ? part(name) : part(owner) + "." + part(name);
  }

  private static int plain(String text, int from, List<String> parts) {
    int dot = text.indexOf('.', from);
    int end = dot < 0 ? text.length() : dot;
    String part = text.substring(from, end);
    if (part.isBlank() || part.indexOf('"') >= 0) {
      throw bad(text);
    }
    parts.add(part);
    return end + 1;
  }

  private static int quoted(String text, int from, List<String> parts) {
    var part = new StringBuilder();
    int i = from + 1;
    while (true) {
      int quote = text.indexOf('"', i);
      if (quote < 0) {
        throw bad(text);
      }
      part.append(text, i, quote);
      i = quote + 1;
      if (!text.startsWith("\"", i)) {
        break;
      }
      part.append('"');
      i++;
    }
    if (part.isEmpty() || (i < text.length() && text.charAt(i) != '.')) {
      throw bad(text);
    }
    parts.add(part.toString());
    return i + 1;
  }

  private static String part(String name) {
    boolean plain = name.indexOf('.') < 0 && name.indexOf('"') < 0 && !name.isBlank();
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "table name '%s' must be TABLE or OWNER.TABLE; a part with a dot or a quote stands in double quotes"
            .formatted(text));
  }
}
