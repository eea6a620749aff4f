package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.Distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher starts, on which Java, with which flags. */
final class LauncherDistTest {
  @TempDir Path folder;
  private Distribution built;

  @BeforeEach
  void findDistribution() throws IOException {
    built = Distribution.built();
  }

  @Test
  void printsTheVersionAndNothingElse() throws Exception {
    Outcome version = built.estat(Map.of(), "version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out())
        .contains("java    25")
        .contains("gzip    ")
        .contains("natives " + built.folder().resolve("lib/natives"));
    assertThat(version.err()).isEmpty();
  }

  @Test
  void passesTheExitCodeOn() throws Exception {
    assertThat(built.estat(Map.of(), "no-such-command").exitCode()).isEqualTo(2);
  }

  @Test
  void worksThroughALinkAndWithSpacesInThePath() throws Exception {
    Distribution copy = built.copyTo(folder.resolve("a folder with spaces"));
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of("a folder with spaces/bin/estat"));
    Outcome version = Distribution.run(Map.of(), link.toString(), "version");
    assertThat(version.exitCode()).as(version.err()).isZero();
    assertThat(version.out()).contains("natives " + copy.folder().resolve("lib/natives"));
  }

  @Test
  void becomesTheJvmSoThatSignalsReachIt() throws Exception {
    Outcome outcome = built.estat(javaHome("25.0.1", "echo $$"), "ingest");
    assertThat(outcome.out()).isEqualTo(outcome.pid() + "\n");
  }

  @Test
  void startsEachCommandWithTheFlagsOfItsProfile() throws Exception {
    Map<String, String> echo = javaHome("25.0.1", "printf '%s\\n' \"$@\"");
    for (String command : List.of("ingest", "demo")) {
      assertThat(built.estat(echo, command).out())
          .contains("@" + built.folder() + "/jvm/ingest.options\n")
          .endsWith("io.estat.app.Estat\n" + command + "\n");
    }
    for (String command : List.of("etl", "extract")) {
      assertThat(built.estat(echo, command).out())
          .contains("@" + built.folder() + "/jvm/etl.options\n")
          .doesNotContain("-XX:AOTCache")
          .endsWith("io.estat.app.Estat\n" + command + "\n");
    }
    assertThat(built.estat(echo, "dlq", "show", "a file").out())
        .contains("@" + built.folder() + "/jvm/tools.options\n")
        .endsWith("io.estat.app.Estat\ndlq\nshow\na file\n");
  }

  @Test
  void addsTheUsersFlagsLastSoThatTheyWin() throws Exception {
    Map<String, String> echo = javaHome("25.0.1", "printf '%s\\n' \"$@\"");
    echo.put("ESTAT_JAVA_OPTS", "-Xmx99m -Dx=y");
    assertThat(built.estat(echo, "ingest").out())
        .endsWith("-Xmx99m\n-Dx=y\nio.estat.app.Estat\ningest\n");
  }

  @Test
  void raisesTheLimitOfDirectMemoryWithTheBudget() throws Exception {
    Map<String, String> echo = javaHome("25.0.1", "printf '%s\\n' \"$@\"");
    assertThat(built.estat(echo, "ingest").out()).doesNotContain("MaxDirectMemorySize");
    echo.put("MEMORY_BUDGET_BYTES", "268435456");
    assertThat(built.estat(echo, "ingest").out()).contains("-XX:MaxDirectMemorySize=352m\n");
    echo.put("MEMORY_BUDGET_BYTES", "lots");
    assertThat(built.estat(echo, "ingest").out()).doesNotContain("MaxDirectMemorySize");
  }

  @Test
  void passesOverAnOldJavaHome() throws Exception {
    Map<String, String> old = javaHome("17.0.9", "exit 1");
    Outcome found = Distribution.run(old, built.folder() + "/bin/find-jdk");
    assertThat(found.out()).doesNotContain(old.get("JAVA_HOME"));
    if (found.exitCode() != 0) {
      assertThat(found.err()).contains("25").contains("JAVA_HOME");
    }
  }

  @Test
  void takesJavaHomeWhenItIsNewEnough() throws Exception {
    Map<String, String> future = javaHome("31.0.1", "exit 1");
    Outcome found = Distribution.run(future, built.folder() + "/bin/find-jdk");
    assertThat(found.out()).isEqualTo(future.get("JAVA_HOME") + "\n");
  }

  @Test
  void carriesEveryJarOfTheRuntimeClassPath() throws IOException {
    // group:artifact:jar[:classifier]:version:scope
    Pattern dependency = Pattern.compile("\\s+[^:\\s]+:([^:]+):jar(:[^:]+)?:([^:]+):[a-z]+.*");
    Set<String> expected =
        Files.readAllLines(built.folder().resolveSibling("runtime.dependencies")).stream()
            .map(dependency::matcher)
            .filter(Matcher::matches)
            .filter(match -> match.group(2) == null && !match.group(1).equals("gkl"))
            .filter(match -> !match.group(1).startsWith("etl"))
            .map(match -> match.group(1) + "-" + match.group(3) + ".jar")
            .collect(Collectors.toSet());
    assertThat(expected).hasSizeGreaterThan(10);
    List<String> jars = Files.readAllLines(built.folder().resolve("lib/tools.classpath"));
    assertThat(jars.getFirst()).startsWith("app-");
    assertThat(jars.subList(1, jars.size())).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(jars).allSatisfy(jar -> assertThat(built.folder().resolve("lib/" + jar)).exists());
  }

  @Test
  void theEtlCommandsHaveAClassPathOfTheirOwn() throws IOException {
    List<String> jars = Files.readAllLines(built.folder().resolve("lib/etl.classpath"));
    assertThat(jars).doesNotHaveDuplicates();
    for (String start :
        List.of("app-", "etl-0", "etl-server-", "spring-core-", "ojdbc17-", "h2-")) {
      assertThat(jars).as(start).anyMatch(jar -> jar.startsWith(start));
    }
    assertThat(jars).allSatisfy(jar -> assertThat(built.folder().resolve("lib/" + jar)).exists());
    assertThat(Files.readAllLines(built.folder().resolve("lib/tools.classpath")))
        .noneMatch(jar -> jar.startsWith("etl") || jar.startsWith("spring-"));
  }

  /** One AOT cache serves both only if the one is the beginning of the other. */
  @Test
  void keepsTheJarsOfGoogleOffTheClassPathOfIngest() throws IOException {
    List<String> tools = Files.readAllLines(built.folder().resolve("lib/tools.classpath"));
    List<String> ingest = Files.readAllLines(built.folder().resolve("lib/ingest.classpath"));
    assertThat(tools.subList(0, ingest.size())).isEqualTo(ingest);
    assertThat(ingest).anyMatch(jar -> jar.startsWith("storage-s3-"));
    assertThat(tools.subList(ingest.size(), tools.size()))
        .anyMatch(jar -> jar.startsWith("google-cloud-storage-"));
    assertThat(ingest).noneMatch(jar -> jar.startsWith("google-") || jar.startsWith("storage-gcs"));
  }

  @Test
  void laysTheNativesOutUnpacked() {
    for (String name :
        List.of(
            "gkl_compression",
            "netty_transport_native_epoll_x86_64",
            "netty_transport_native_epoll_aarch_64")) {
      assertThat(built.folder().resolve("lib/natives/lib" + name + ".so")).isNotEmptyFile();
    }
  }

  @Test
  @Tag("check")
  void namesAReasonBeforeEveryJvmFlag() throws IOException {
    List<String> lines = Files.readAllLines(built.folder().resolve("jvm/ingest.options"));
    assertThat(lines).contains("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).startsWith("-")) {
        assertThat(lines.get(i - 1)).as("line before " + lines.get(i)).matches("[#-].*");
      }
    }
  }

  /** An environment whose JAVA_HOME holds a script instead of a JVM. */
  private Map<String, String> javaHome(String version, String script) throws IOException {
    Path home = Files.createDirectories(folder.resolve("java home " + version));
    Files.writeString(home.resolve("release"), "A=\"b\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new HashMap<>(Map.of("JAVA_HOME", home.toString()));
  }
}
