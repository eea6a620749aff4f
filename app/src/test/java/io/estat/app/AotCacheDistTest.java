package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.Distribution.Outcome;
import io.estat.app.IngestProcess.Setup;
import io.estat.testkit.EarlyAnsweringServer;
import io.estat.testkit.EarlyAnsweringServer.Manner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache is used when it fits, and passed over in silence when it does not. */
final class AotCacheDistTest {
  private static final String FROM_CACHE = "shared objects file";

  /** Makes the JVM refuse to start where it would start without the cache. */
  private static final String ONLY_WITH_CACHE = "-XX:AOTMode=on";

  @TempDir Path folder;

  @Test
  void takesOurClassesFromTheCacheInEveryProfile() throws Exception {
    for (String command : List.of("version", "ingest")) {
      assertThat(sourceOfOurClasses(Distribution.built(), command)).isEqualTo(FROM_CACHE);
    }
  }

  @Test
  void takesTheWholePathFromTheStartToThePutFromTheCache() throws Exception {
    Path classes = folder.resolve("classes.log");
    try (var store = new EarlyAnsweringServer(Manner.ANSWERS);
        IngestProcess server =
            new Setup(folder)
                .s3(store.url(), "bucket")
                .with("DRAIN_DELAY", "0s")
                .with("ESTAT_JAVA_OPTS", "-Xlog:class+load=info:file=" + classes + ":none")
                .start()) {
      assertThat(server.collect("id=1;").statusCode()).isEqualTo(200);
      assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
      assertThat(server.stop()).isZero();
      assertThat(store.puts()).isEqualTo(1);
    }
    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded).filteredOn(line -> line.startsWith("software.amazon.")).isNotEmpty();
    // What is made at run time (lambdas, proxies) names no jar.
    assertThat(loaded).as("read from a jar").noneMatch(line -> line.contains(" source: file:"));
  }

  @Test
  void trainsInTheFolderItIsCalledInSoThatItsCallerCanRemoveIt() throws Exception {
    String launcher = Distribution.built().folder() + "/bin/estat";
    Outcome outcome =
        Distribution.run(
            Map.of(),
            "sh",
            "-c",
            "cd \"$0\" && exec \"$1\" aot-training",
            folder.toString(),
            launcher);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    assertThat(folder).isDirectoryContaining("glob:**/estat-training*");
  }

  @Test
  void stillTakesThemFromTheCacheAfterTheFolderWasMoved() throws Exception {
    Distribution copy = Distribution.built().copyTo(folder.resolve("elsewhere"));
    assertThat(sourceOfOurClasses(copy, "version")).isEqualTo(FROM_CACHE);
  }

  @Test
  void startsInSilenceWhenTheCacheDoesNotFitTheFlags() throws Exception {
    String otherHeaders = "-XX:-UseCompactObjectHeaders";
    assertRefused(Distribution.built(), otherHeaders);
    assertStartsInSilence(Distribution.built(), otherHeaders);
  }

  @Test
  void startsInSilenceWhenTheCacheIsDamagedOrMissing() throws Exception {
    Distribution copy = Distribution.built().copyTo(folder.resolve("copy"));
    Path cache = copy.folder().resolve("lib/estat.aot");
    Files.writeString(cache, "no cache", StandardOpenOption.TRUNCATE_EXISTING);
    assertRefused(copy, "");
    assertStartsInSilence(copy, "");
    Files.delete(cache);
    assertStartsInSilence(copy, "");
  }

  @Test
  void runsTheNewClassesOfAReplacedJar() throws Exception {
    Distribution copy = Distribution.built().copyTo(folder.resolve("copy"));
    try (var jars = Files.newDirectoryStream(copy.folder().resolve("lib"), "app-*.jar")) {
      for (Path jar : jars) {
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
      }
    }
    assertThat(sourceOfOurClasses(copy, "version")).startsWith("file:");
    assertStartsInSilence(copy, "");
  }

  private static String sourceOfOurClasses(Distribution distribution, String command)
      throws Exception {
    Outcome outcome = distribution.estat(options("-Xlog:class+load=info:stdout"), command);
    Matcher source =
        Pattern.compile("io\\.estat\\.app\\.Estat source: (.*)").matcher(outcome.out());
    assertThat(source.find()).as(outcome.out() + outcome.err()).isTrue();
    return source.group(1);
  }

  private static void assertRefused(Distribution distribution, String flags) throws Exception {
    Outcome outcome = distribution.estat(options(flags + " " + ONLY_WITH_CACHE), "version");
    assertThat(outcome.exitCode()).as("refused when it must be used").isNotZero();
  }

  private static void assertStartsInSilence(Distribution distribution, String flags)
      throws Exception {
    Outcome version = distribution.estat(options(flags), "version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.err()).isEmpty();
    assertThat(version.out()).startsWith("estat ");
  }

  private static Map<String, String> options(String jvmFlags) {
    return Map.of("ESTAT_JAVA_OPTS", jvmFlags);
  }
}
