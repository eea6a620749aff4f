package io.estat.etl.source;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Binds written into SQL, for commands that take none. Only numbers: they need no quotes. */
final class CopyLiterals {
  private CopyLiterals() {}

  /**
   * Empty if a value is not a number, or if the text has question marks that are not its binds': in
   * a quoted name or text.
   */
  static Optional<String> inlined(String sql, List<Object> binds) {
    if (binds.isEmpty()) {
      return Optional.of(sql);
    }
    if (sql.chars().filter(c -> c == '?').count() != binds.size()) {
      return Optional.empty();
    }
    var inlined = new StringBuilder();
    int from = 0;
    for (Object bind : binds) {
      int at = sql.indexOf('?', from);
      inlined.append(sql, from, at);
      switch (bind) {
        case Long whole -> inlined.append('(').append((long) whole).append(")::int8");
        case BigDecimal decimal ->
            inlined.append('(').append(decimal.toPlainString()).append(")::numeric");
        default -> {
          return Optional.empty();
        }
      }
      from = at + 1;
    }
    return Optional.of(inlined.append(sql, from, sql.length()).toString());
  }
}
