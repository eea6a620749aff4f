package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.ConformanceTest.Row;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Breaks the code in the ways listed in {@code app/src/test/mutations.txt} and sees that the test
 * named there fails, which passes on the code as it is.
 *
 * <p>The tree is only read: the module with the fault is compiled whole into a temporary folder,
 * which comes first on the class path of a JVM of its own that runs the one test. The outcome is
 * also written to {@code app/target/mutations.report}, a line each.
 */
final class MutationsIT {
  private static final int LEAST_ROWS = 30;

  /** A test that never ends in broken code is seen through; all that pass have their time. */
  private static final long TEST_SECONDS = 30;

  private static final long PASSING_SECONDS = 600;
  private static final Path REPORT = Papers.ROOT.resolve("app/target/mutations.report");
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private static Path folder;

  private final TestSources sources;

  MutationsIT() throws IOException {
    sources = TestSources.read();
  }

  @BeforeAll
  static void startReport() throws IOException {
    Files.writeString(REPORT, "");
  }

  @Test
  void breaksAtLeastThirtyRows() throws IOException {
    assertThat(Mutation.all().stream().map(Mutation::row).distinct())
        .hasSizeGreaterThanOrEqualTo(LEAST_ROWS);
  }

  @Test
  void breaksOnlyRowsThatNameTheTest() throws IOException {
    List<Row> rows = ConformanceTest.rows();
    for (Mutation mutation : Mutation.all()) {
      // The table names the suite where a test comes from one; the list names a class that runs.
      String test = sources.declaring(mutation.test());
      assertThat(rows)
          .as("the row of '%s' must name %s", mutation, test)
          .anyMatch(row -> row.id().equals(mutation.row()) && row.tests().contains(test));
    }
  }

  @Test
  void passesEveryTestWithoutAFault() throws IOException, InterruptedException {
    Map<String, List<String>> testsByModule =
        Mutation.all().stream()
            .map(Mutation::test)
            .distinct()
            .collect(Collectors.groupingBy(this::moduleOf, TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<String>> module : testsByModule.entrySet()) {
      Run run = run(List.of(), module.getKey(), module.getValue(), PASSING_SECONDS);
      assertThat(run.exitCode).as(run.output).isZero();
    }
  }

  @TestFactory
  Stream<DynamicTest> failsTheTestOfTheRow() throws IOException {
    return Mutation.all().stream()
        .map(mutation -> DynamicTest.dynamicTest(mutation.toString(), () -> kill(mutation)));
  }

  private void kill(Mutation mutation) throws IOException, InterruptedException {
    long began = System.nanoTime();
    Path classes = compiled(mutation);
    Run run =
        run(List.of(classes), moduleOf(mutation.test()), List.of(mutation.test()), TEST_SECONDS);
    long millis = (System.nanoTime() - began) / 1_000_000;
    boolean killed = run.exitCode == 1 || run.exitCode == Run.TIMEOUT;
    String line =
        "%s %s %s (%s, %d ms)%n"
            .formatted(
                mutation.row(),
                killed ? "killed by" : "NOT killed by",
                mutation.test(),
                mutation.name() + (run.exitCode == Run.TIMEOUT ? ", it never ended" : ""),
                millis);
    Files.writeString(REPORT, line, StandardOpenOption.APPEND);
    assertThat(killed).as(line + run.output).isTrue();
  }

  /** The whole module: a constant of the file may stand in other classes. */
  private static Path compiled(Mutation mutation) throws IOException {
    Path work = Files.createTempDirectory(folder, mutation.row());
    Path classes = Files.createDirectory(work.resolve("classes"));
    Path broken = work.resolve(mutation.file().getFileName());
    Files.writeString(broken, mutation.mutated());
    Path original = Papers.ROOT.resolve(mutation.file());
    List<Path> files = new ArrayList<>(List.of(broken));
    Path module = Papers.ROOT.resolve(mutation.module()).resolve("src/main/java");
    try (Stream<Path> all = Files.walk(module)) {
      all.filter(file -> file.toString().endsWith(".java") && !file.equals(original))
          .forEach(files::add);
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var output = new StringWriter();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-d", classes.toString(), "-cp", CLASS_PATH, "-proc:none", "-nowarn");
      var sources = manager.getJavaFileObjectsFromPaths(files);
      boolean done = compiler.getTask(output, manager, null, options, null, sources).call();
      assertThat(done).as("%s does not compile:%n%s", mutation, output).isTrue();
    }
    return classes;
  }

  private record Run(int exitCode, String output) {
    static final int TIMEOUT = -1;
  }

  /**
   * The class path of the tests' own module: another one's tests, and the command itself, may bring
   * settings of their own, such as those of the log.
   */
  private static List<String> classPath(List<Path> first, String module) {
    Path command = Papers.ROOT.resolve("app").toAbsolutePath().normalize();
    Path tests = command.resolveSibling(module).resolve("target/test-classes");
    Path runner = command.resolve("target/test-classes");
    List<String> classPath =
        new ArrayList<>(
            Stream.concat(first.stream(), Stream.of(tests, runner)).map(Path::toString).toList());
    for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
      if (module.equals("app") || !Path.of(entry).toAbsolutePath().startsWith(command)) {
        classPath.add(entry);
      }
    }
    return classPath;
  }

  private Run run(List<Path> first, String module, List<String> tests, long seconds)
      throws IOException, InterruptedException {
    List<String> java =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // What starts soonest, with assertions as in every test.
                "-ea",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Destat.root=" + Papers.ROOT.toAbsolutePath(),
                "-cp",
                String.join(File.pathSeparator, classPath(first, module)),
                NamedTests.class.getName()));
    tests.forEach(test -> java.add(qualified(test)));
    Path output = Files.createTempFile(folder, "run", ".log");
    Process process =
        new ProcessBuilder(java)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    return new Run(ended ? process.exitValue() : Run.TIMEOUT, Files.readString(output));
  }

  private String moduleOf(String test) {
    Path file = sources.file(test);
    return Papers.ROOT.relativize(file).getName(0).toString();
  }

  /** {@code io.estat.jsonl.JsonTextTest#method} of {@code JsonTextTest#method}. */
  private String qualified(String test) {
    String[] parts = test.split("#", -1);
    String file = sources.file(test).toString().replace(File.separatorChar, '/');
    String name = file.substring(file.lastIndexOf("/java/") + 6).replace(".java", "");
    return name.replace('/', '.') + "#" + parts[1];
  }
}
