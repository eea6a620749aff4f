package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the built distribution, as a user's shell starts it. */
final class LauncherDistTest {
  private static final Path DIST = Path.of(System.getProperty("estat.dist", "target/estat"));

  /** Without a cache that fits the JVM refuses to start, instead of starting without it. */
  private static final String ONLY_WITH_CACHE = "-XX:AOTMode=on";

  @TempDir Path folder;

  /** What a command line printed and left. */
  private record Outcome(int exitCode, String out, String err) {}

  @Test
  void printsTheVersionAndNothingElse() throws Exception {
    Outcome version = estat(DIST, Map.of(), "version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).contains("java    25").contains("natives " + DIST.toRealPath());
    assertThat(version.err()).isEmpty();
  }

  @Test
  void passesTheExitCodeOn() throws Exception {
    assertThat(estat(DIST, Map.of(), "no-such-command").exitCode()).isEqualTo(2);
  }

  @Test
  void takesOurClassesFromTheAotCacheInEveryProfile() throws Exception {
    for (String command : List.of("version", "aot-training")) {
      assertThat(sourceOfOurClasses(DIST, command)).isEqualTo("shared objects file");
    }
  }

  @Test
  void startsInSilenceWhenTheAotCacheDoesNotFitTheFlags() throws Exception {
    String otherHeaders = "-XX:-UseCompactObjectHeaders";
    assertThat(estat(DIST, options(otherHeaders + " " + ONLY_WITH_CACHE), "version").exitCode())
        .as("refused when it must be used")
        .isNotZero();
    assertStartsInSilence(estat(DIST, options(otherHeaders), "version"));
  }

  @Test
  void startsInSilenceWhenTheAotCacheIsDamaged() throws Exception {
    Path copy = copyOfDist(folder.resolve("copy"));
    Path cache = copy.resolve("lib/estat.aot");
    Files.writeString(cache, "no cache", StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(estat(copy, options(ONLY_WITH_CACHE), "version").exitCode())
        .as("refused when it must be used")
        .isNotZero();
    assertStartsInSilence(estat(copy, options(""), "version"));
    Files.delete(cache);
    assertStartsInSilence(estat(copy, options(""), "version"));
  }

  @Test
  void runsTheNewClassesOfAReplacedJar() throws Exception {
    Path copy = copyOfDist(folder.resolve("copy"));
    assertThat(sourceOfOurClasses(copy, "version")).isEqualTo("shared objects file");
    try (var jars = Files.newDirectoryStream(copy.resolve("lib"), "app-*.jar")) {
      for (Path jar : jars) {
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
      }
    }
    assertThat(sourceOfOurClasses(copy, "version")).startsWith("file:");
    assertStartsInSilence(estat(copy, options(""), "version"));
  }

  private static String sourceOfOurClasses(Path dist, String command) throws Exception {
    Outcome outcome = estat(dist, options("-Xlog:class+load=info:stdout"), command);
    Matcher source =
        Pattern.compile("io\\.estat\\.app\\.Estat source: (.*)").matcher(outcome.out());
    assertThat(source.find()).as(outcome.out() + outcome.err()).isTrue();
    return source.group(1);
  }

  private static void assertStartsInSilence(Outcome version) {
    assertThat(version.exitCode()).isZero();
    assertThat(version.err()).isEmpty();
    assertThat(version.out()).startsWith("estat ");
  }

  private static Map<String, String> options(String jvmFlags) {
    return Map.of("ESTAT_JAVA_OPTS", jvmFlags);
  }

  @Test
  void worksMovedThroughALinkAndWithSpacesInThePath() throws Exception {
    Path copy = copyOfDist(folder.resolve("a folder with spaces"));
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of("a folder with spaces/bin/estat"));
    Outcome version = run(options(ONLY_WITH_CACHE), link.toString(), "version");
    assertThat(version.exitCode()).as(version.err()).isZero();
    assertThat(version.out()).contains("natives " + copy.toRealPath().resolve("lib/natives"));
  }

  @Test
  void passesOverAnOldJavaHome() throws Exception {
    Path old = folder.resolve("old");
    Files.createDirectories(old.resolve("bin"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    Files.createSymbolicLink(old.resolve("bin/java"), Path.of("/bin/false"));
    Outcome found = run(Map.of("JAVA_HOME", old.toString()), DIST + "/bin/find-jdk");
    if (found.exitCode() == 0) {
      assertThat(found.out()).isNotEqualTo(old + "\n");
    } else {
      assertThat(found.err()).contains("25").contains("JAVA_HOME");
    }
  }

  @Test
  void takesJavaHomeWhenItIsNewEnough() throws Exception {
    Path future = folder.resolve("future home");
    Files.createDirectories(future.resolve("bin"));
    Files.writeString(future.resolve("release"), "A=\"b\"\nJAVA_VERSION=\"31.0.1\"\n");
    Files.createSymbolicLink(future.resolve("bin/java"), Path.of("/bin/true"));
    Outcome found = run(Map.of("JAVA_HOME", future.toString()), DIST + "/bin/find-jdk");
    assertThat(found.out()).isEqualTo(future + "\n");
  }

  @Test
  void laysTheNativesOutUnpacked() {
    for (String name :
        List.of(
            "gkl_compression",
            "netty_transport_native_epoll_x86_64",
            "netty_transport_native_epoll_aarch_64")) {
      assertThat(DIST.resolve("lib/natives/lib" + name + ".so")).isNotEmptyFile();
    }
  }

  @Test
  void namesAReasonBeforeEveryJvmFlag() throws IOException {
    List<String> lines = Files.readAllLines(DIST.resolve("jvm/ingest.options"));
    assertThat(lines).contains("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).startsWith("-")) {
        assertThat(lines.get(i - 1)).as("line before " + lines.get(i)).matches("[#-].*");
      }
    }
  }

  private static Outcome estat(Path dist, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(dist + "/bin/estat"));
    command.addAll(Arrays.asList(args));
    return run(environment, command.toArray(String[]::new));
  }

  private static Outcome run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("estat", ".out");
    Path err = Files.createTempFile("estat", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("ends by itself: " + String.join(" ", command)).isTrue();
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** A copy with the times of the files, as {@code tar} makes it. */
  private static Path copyOfDist(Path to) throws IOException {
    Files.walkFileTree(
        DIST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(DIST.relativize(dir)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(DIST.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }
}
