package io.estat.bench.etl;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much is measured, from the environment.
 *
 * @param rounds that are counted, after one that is not: there caches and JITs warm, and the values
 *     are compared
 * @param rows of the table that all databases get
 * @param chapters of the report
 */
record EtlPlan(int rounds, int rows, List<Chapter> chapters) {
  /** What {@code make} built. */
  static final Path DISTRIBUTION = Path.of("app/target/estat").toAbsolutePath();

  /** The parts of the report, in its order. */
  enum Chapter {
    POSTGRES,
    SPARK,
    MARIADB,
    H2,
    MEMORY,
    LATENCY,
    UPLOAD
  }

  /**
   * Reads {@code BENCH_ROUNDS}, {@code BENCH_ROWS} and {@code BENCH_CHAPTERS}, a list of the
   * lower-case names of {@link Chapter}.
   */
  static EtlPlan of(Map<String, String> environment) {
    String chapters = environment.getOrDefault("BENCH_CHAPTERS", "");
    return new EtlPlan(
        Integer.parseInt(environment.getOrDefault("BENCH_ROUNDS", "5")),
        Integer.parseInt(environment.getOrDefault("BENCH_ROWS", "3000000")),
        chapters.isBlank()
            ? List.of(Chapter.values())
            : Arrays.stream(chapters.split(","))
                .map(each -> Chapter.valueOf(each.strip().toUpperCase(Locale.ROOT)))
                .toList());
  }

  /** Rows of the table of the memory chapter: 20 million where the others have 3 million. */
  int manyRows() {
    return Math.toIntExact(rows * 20L / 3);
  }
}
