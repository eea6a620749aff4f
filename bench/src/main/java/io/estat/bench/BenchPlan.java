package io.estat.bench;

import io.estat.bench.Server.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much is measured, from the environment.
 *
 * @param rounds of saturation and of the steady rates; in each every server is started anew
 * @param window that is counted
 * @param warmUp before it: a JVM that has not compiled its hot path yet is not what runs all day
 * @param servers of the comparison
 * @param chapters of the report
 */
record BenchPlan(
    int rounds, Duration window, Duration warmUp, List<Kind> servers, List<Chapter> chapters) {
  /** What {@code make} built. */
  static final Path DISTRIBUTION = Path.of("app/target/estat").toAbsolutePath();

  /** The parts of the report, in its order. */
  enum Chapter {
    SATURATION,
    STEADY,
    SHAPES,
    START,
    FLAGS,
    PROFILE
  }

  /**
   * Reads {@code BENCH_ROUNDS}, {@code BENCH_SECONDS}, {@code BENCH_WARMUP_SECONDS}, {@code
   * BENCH_SERVERS} and {@code BENCH_CHAPTERS}, lists of the lower-case names of the enums.
   */
  static BenchPlan of(Map<String, String> environment) {
    return new BenchPlan(
        Integer.parseInt(environment.getOrDefault("BENCH_ROUNDS", "3")),
        seconds(environment, "BENCH_SECONDS", "6"),
        seconds(environment, "BENCH_WARMUP_SECONDS", "6"),
        names(environment, "BENCH_SERVERS", Kind.class),
        names(environment, "BENCH_CHAPTERS", Chapter.class));
  }

  private static Duration seconds(Map<String, String> environment, String name, String byDefault) {
    return Duration.ofSeconds(Long.parseLong(environment.getOrDefault(name, byDefault)));
  }

  private static <E extends Enum<E>> List<E> names(
      Map<String, String> environment, String name, Class<E> type) {
    String value = environment.get(name);
    return value == null || value.isBlank()
        ? List.of(type.getEnumConstants())
        : Arrays.stream(value.split(","))
            .map(each -> Enum.valueOf(type, each.strip().toUpperCase(Locale.ROOT)))
            .toList();
  }

  /** One round of what is reported and not compared with a limit; without the journal. */
  BenchPlan reported() {
    return new BenchPlan(
        1, window, warmUp, servers.stream().filter(kind -> kind != Kind.DISK).toList(), chapters);
  }
}
