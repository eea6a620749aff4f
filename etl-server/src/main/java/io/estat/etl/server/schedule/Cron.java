package io.estat.etl.server.schedule;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.scheduling.support.CronExpression;

/**
 * The local times that a cron expression names, without a zone: 5 fields, 6 with seconds first, or
 * {@code @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly}. As in every cron (and
 * unlike Spring's), a day matches if the day of month <em>or</em> the day of week does, when both
 * are restricted.
 */
final class Cron {
  private static final Map<String, String> NAMED =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  /** Places in the 6 fields. */
  private static final int HOUR = 2;

  private static final int DAY_OF_MONTH = 3;
  private static final int DAY_OF_WEEK = 5;

  private final List<CronExpression> alternatives;
  private final boolean interval;

  private Cron(List<CronExpression> alternatives, boolean interval) {
    this.alternatives = alternatives;
    this.interval = interval;
  }

  /**
   * @throws IllegalArgumentException if it cannot be read; the message says why
   */
  static Cron parse(String expression) {
    String trimmed = expression.strip();
    String plain = NAMED.getOrDefault(trimmed.toLowerCase(Locale.ROOT), trimmed);
    var fields = new ArrayList<>(List.of(plain.split("\\s+")));
    if (fields.size() == 5) {
      fields.addFirst("0");
    }
    if (fields.size() != 6) {
      throw bad(
          expression,
          "it must have 5 fields (minute, hour, day of month, month, day of week), 6 with seconds"
              + " first, or be one of "
              + String.join(", ", NAMED.keySet().stream().sorted().toList()));
    }
    try {
      boolean interval = fields.subList(0, HOUR + 1).stream().anyMatch(Cron::isRepeated);
      return new Cron(alternatives(fields), interval);
    } catch (IllegalArgumentException e) {
      throw bad(expression, String.valueOf(e.getMessage()));
    }
  }

  private static List<CronExpression> alternatives(List<String> fields) {
    if (isOpen(fields.get(DAY_OF_MONTH)) || isOpen(fields.get(DAY_OF_WEEK))) {
      return List.of(CronExpression.parse(String.join(" ", fields)));
    }
    return Stream.of(DAY_OF_MONTH, DAY_OF_WEEK)
        .map(
            opened -> {
              var copy = new ArrayList<>(fields);
              copy.set(opened, "*");
              return CronExpression.parse(String.join(" ", copy));
            })
        .toList();
  }

  private static boolean isOpen(String field) {
    return field.startsWith("*") || field.startsWith("?");
  }

  private static boolean isRepeated(String field) {
    return field.contains("*") || field.contains("/");
  }

  private static IllegalArgumentException bad(String expression, String why) {
    return new IllegalArgumentException(
        "cron expression '%s' cannot be read: %s".formatted(expression, why));
  }

  /** Whether it names a distance ({@code *}, {@code /}) and not fixed times of the day. */
  boolean isInterval() {
    return interval;
  }

  /** The first of its times that is not before this one; empty: never again. */
  Optional<LocalDateTime> atOrAfter(LocalDateTime time) {
    return alternatives.stream()
        .map(alternative -> alternative.next(time.minusNanos(1)))
        .filter(Objects::nonNull)
        .min(LocalDateTime::compareTo);
  }
}
