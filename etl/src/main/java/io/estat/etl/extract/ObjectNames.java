package io.estat.etl.extract;

import io.estat.etl.domain.TableName;
import io.estat.etl.plan.TableRequest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the objects of tables are called. A name is a segment of a key that every store and file
 * system takes: letters, digits, {@code _}, {@code -} and {@code $} stay, everything else becomes
 * {@code %XX} of its UTF-8 bytes; the dot stands between owner and table.
 */
public final class ObjectNames {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** The names of further objects of a large table end like this. */
  private static final Pattern FURTHER = Pattern.compile(".*-[0-9]{5}");

  private ObjectNames() {}

  /**
   * One name for each table, by {@link TableRequest#asked}.
   *
   * @param defaultOwner tables of this owner bear no owner in their name; may be empty
   * @throws IllegalArgumentException if two names are the same, or differ only in case, which some
   *     file systems and lakes do not see
   */
  public static Map<String, String> assign(List<TableRequest> tables, String defaultOwner) {
    var names = new LinkedHashMap<String, String>();
    var taken = new LinkedHashMap<String, String>();
    for (TableRequest table : tables) {
      String name = name(table, defaultOwner);
      String other = taken.putIfAbsent(name.toLowerCase(Locale.ROOT), table.asked());
      if (other != null) {
        throw new IllegalArgumentException(
            "tables %s and %s would both land as %s.jsonl.gz; give one of them table_options.output_name"
                .formatted(other, table.asked(), name));
      }
      names.put(table.asked(), name);
    }
    return names;
  }

  private static String name(TableRequest request, String defaultOwner) {
    String chosen = request.options().outputName();
    if (chosen != null) {
      return safe(chosen);
    }
    TableName table = request.name();
    String owner = table.owner();
    return owner == null || owner.equals(defaultOwner)
        ? safe(table.name())
        : safe(owner) + "." + safe(table.name());
  }

  private static String safe(String text) {
    var name = new StringBuilder(text.length() + 8);
    int dash = FURTHER.matcher(text).matches() ? text.length() - 6 : -1;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (i != dash && (Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$')) {
        name.appendCodePoint(c);
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          HEX.toHexDigits(name.append('%'), b);
        }
      }
      i += Character.charCount(c);
    }
    return name.toString();
  }
}
