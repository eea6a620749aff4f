package io.estat.etl.extract;

import io.estat.etl.domain.Column;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a table still has the columns it was planned with. Asked when all of it has been read and
 * before it becomes visible, and when reading fails: what the database says then seldom names the
 * cause. Thread-safe.
 */
final class Alterations {
  private final Source source;
  private final SourceCalls calls;

  Alterations(Source source, SourceCalls calls) {
    this.source = source;
    this.calls = calls;
  }

  /**
   * @throws ExtractException if a column was dropped, added or got another type
   */
  void requireNone(TableAttempt attempt) throws ExtractException, InterruptedException {
    String changes = calls.call(attempt.table().name(), () -> changes(attempt.plan()));
    if (!changes.isEmpty()) {
      throw altered(attempt, changes, null);
    }
  }

  /** The alteration that led to the failure, or the failure with the table's name. */
  ExtractException explain(TableAttempt attempt, ExtractException failure) {
    try {
      String changes = changes(attempt.plan());
      if (!changes.isEmpty()) {
        return altered(attempt, changes, failure);
      }
    } catch (SQLException | RuntimeException e) {
      // The failure itself says enough.
    }
    return new ExtractException(
        failure.failure().code(),
        "table %s: %s".formatted(attempt.plan().table().name(), failure.failure().message()),
        failure);
  }

  private static ExtractException altered(
      TableAttempt attempt, String changes, @Nullable Throwable cause) {
    return new ExtractException(
        "TABLE_CHANGED",
        "table %s was altered while it was read: %s; run the job again when nobody alters it"
            .formatted(attempt.plan().table().name(), changes),
        cause);
  }

  /** In words, or empty: none, or the table is gone altogether. */
  private String changes(TablePlan plan) throws SQLException {
    Dialect dialect = source.dialect();
    Map<String, Column> now = new LinkedHashMap<>();
    try (Connection connection = source.connection()) {
      dialect
          .columns(connection, plan.table().name())
          .forEach(column -> now.put(column.name(), column));
    } catch (SQLException e) {
      if (dialect.classify(e) == SourceFailure.CHANGED) {
        return "";
      }
      throw e;
    }
    return now.isEmpty() ? "" : changes(plan, now);
  }

  private static String changes(TablePlan plan, Map<String, Column> now) {
    List<String> changes = new ArrayList<>();
    List<Column> planned = plan.columns().stream().map(c -> c.column()).toList();
    for (Column column : planned) {
      Column current = now.remove(column.name());
      if (current == null) {
        changes.add("column %s is gone".formatted(column.name()));
      } else if (!declared(current).equals(declared(column))) {
        changes.add(
            "column %s was %s and is %s"
                .formatted(column.name(), declared(column), declared(current)));
      }
    }
    if (plan.options().columns().isEmpty()) {
      now.keySet().forEach(name -> changes.add("column %s is new".formatted(name)));
    }
    return changes.stream().collect(Collectors.joining(", "));
  }

  private static String declared(Column column) {
    String digits =
        column.scale() < 0
            ? Integer.toString(column.precision())
            : column.precision() + ", " + column.scale();
    return column.precision() < 0 && column.scale() < 0
        ? column.type()
        : "%s(%s)".formatted(column.type(), digits);
  }
}
