package io.estat.etl.server.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Texts made values. After a problem it goes on with the default, so that one mistake is one
 * problem.
 */
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private final Map<Setting, List<String>> texts;
  private final List<String> problems;

  Values(Map<Setting, List<String>> texts, List<String> problems) {
    this.texts = texts;
    this.problems = problems;
  }

  static boolean isList(Setting setting) {
    return switch (setting) {
      case AUTH_API_KEYS, CORS_ALLOWED_ORIGINS, SOURCE_PROPERTIES -> true;
      default -> false;
    };
  }

  static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  boolean isSet(Setting setting) {
    return texts.getOrDefault(setting, List.of()).stream().anyMatch(text -> !text.isBlank());
  }

  /** The value or its default; an empty one counts as not set. */
  String text(Setting setting) {
    return isSet(setting) ? texts.getOrDefault(setting, List.of()).getFirst() : setting.byDefault();
  }

  @Nullable String textOrNull(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? null : text;
  }

  List<String> list(Setting setting) {
    return texts.getOrDefault(setting, List.of()).stream()
        .filter(entry -> !entry.isBlank())
        .toList();
  }

  long number(Setting setting, long min, long max) {
    String text = text(setting);
    if (text.matches("[0-9]{1,18}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    problem(setting);
    return setting.byDefault().isEmpty() ? min : Long.parseLong(setting.byDefault());
  }

  int integer(Setting setting, int min, int max) {
    return Math.toIntExact(number(setting, min, max));
  }

  boolean flag(Setting setting) {
    return switch (text(setting)) {
      case "true" -> true;
      case "false" -> false;
      default -> {
        problem(setting);
        yield setting.byDefault().equals("true");
      }
    };
  }

  /** The constant whose name in lower case is the value. */
  <T extends Enum<T>> T oneOf(Setting setting, Class<T> type) {
    for (T constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text(setting))) {
        return constant;
      }
    }
    problem(setting);
    return Enum.valueOf(type, setting.byDefault().toUpperCase(Locale.ROOT));
  }

  Duration duration(Setting setting, Duration min, Duration max) {
    Duration value = parsed(text(setting));
    if (value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
      return value;
    }
    problem(setting, setting.allowed() + ", as 500ms, 3s, 5m, 24h");
    return Objects.requireNonNull(parsed(setting.byDefault()));
  }

  private static @Nullable Duration parsed(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  void problem(Setting setting) {
    problem(setting, setting.allowed());
  }

  void problem(Setting setting, String allowed) {
    // Who writes credentials into a URL learns that they do not belong there, and nobody sees them.
    String shown =
        setting.isSecret() ? "its value" : "'" + text(setting).replaceAll("//.*@", "//***@") + "'";
    problem("%s (%s): %s must be %s".formatted(setting.key(), setting, shown, allowed));
  }

  void problem(String problem) {
    problems.add(problem);
  }
}
