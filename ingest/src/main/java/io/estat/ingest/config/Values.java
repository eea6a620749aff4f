package io.estat.ingest.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings as what they mean and remembers every problem instead of stopping at the first.
 */
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]*):([0-9]{1,5})");

  private final Map<String, String> environment;
  private final List<String> problems = new ArrayList<>();

  Values(Map<String, String> environment) {
    this.environment = environment;
  }

  List<String> problems() {
    return problems;
  }

  void problem(String text) {
    problems.add(text);
  }

  void problem(Setting setting, String value) {
    problem(setting, value, setting.allowed());
  }

  void problem(Setting setting, String value, String allowed) {
    problem(setting + "=" + shown(setting, value) + ": allowed is " + allowed);
  }

  /** The value without what must not be seen: a key, or the credentials in a URL. */
  static String shown(Setting setting, String value) {
    return setting.isSecret() ? "***" : value.replaceAll("//[^/]*@", "//***@");
  }

  boolean isSet(Setting setting) {
    return !environment.getOrDefault(setting.name(), "").isBlank();
  }

  /** The value or its default; an empty variable counts as not set. */
  String text(Setting setting) {
    return isSet(setting)
        ? environment.getOrDefault(setting.name(), "").strip()
        : setting.byDefault();
  }

  @Nullable String textOrNull(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? null : text;
  }

  List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** After a problem it goes on with the default, so that one mistake is one problem. */
  long number(Setting setting, long min, long max) {
    String byDefault = setting.byDefault();
    return number(setting, min, max, byDefault.isEmpty() ? min : Long.parseLong(byDefault));
  }

  long number(Setting setting, long min, long max, long otherwise) {
    String text = text(setting);
    if (text.matches("[0-9]{1,18}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    problem(setting, text);
    return otherwise;
  }

  int integer(Setting setting, int min, int max) {
    return Math.toIntExact(number(setting, min, max));
  }

  boolean flag(Setting setting) {
    return oneOf(setting, value -> value.equals("true") ? Boolean.TRUE : falseOrNull(value), false);
  }

  private static @Nullable Boolean falseOrNull(String value) {
    return value.equals("false") ? Boolean.FALSE : null;
  }

  /**
   * @param meanings gives null for a word that is not allowed
   * @param otherwise what to go on with after a problem
   */
  <T> T oneOf(Setting setting, Function<String, @Nullable T> meanings, T otherwise) {
    String text = text(setting);
    T meaning = meanings.apply(text.toLowerCase(Locale.ROOT));
    if (meaning != null) {
      return meaning;
    }
    problem(setting, text);
    return otherwise;
  }

  Duration duration(Setting setting, Duration min, Duration max) {
    String text = text(setting);
    Duration value = parsed(text);
    if (value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
      return value;
    }
    problem(setting, text, setting.allowed() + ", as 500ms, 3s, 5m, 24h");
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

  InetSocketAddress address(Setting setting) {
    String text = text(setting);
    Matcher matcher = ADDRESS.matcher(text);
    if (matcher.matches()) {
      int port = Integer.parseInt(matcher.group(2));
      String host = matcher.group(1);
      if (port <= 65535) {
        InetSocketAddress address =
            host.isEmpty()
                ? new InetSocketAddress(port)
                : new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port);
        if (!address.isUnresolved()) {
          return address;
        }
        problem(setting, text, setting.allowed() + ", and this host is not known");
        return new InetSocketAddress(0);
      }
    }
    problem(setting, text);
    return new InetSocketAddress(0);
  }
}
