package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.Distribution.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does in the first minute: {@code estat demo}, curl, {@code estat cat}. */
final class DemoDistTest {
  private static final Pattern CAT = Pattern.compile("estat cat (\\S+)");

  @TempDir Path folder;

  @Test
  void landsAnEventWithinFiveSecondsShowsItWithCatAndStopsWithZero() throws Exception {
    try (IngestProcess demo = demo("0").start()) {
      await("welcome").until(() -> demo.out().contains("Ctrl-C stops it"));
      assertThat(demo.out())
          .contains("http://localhost:" + demo.port() + "/collect")
          .contains("curl ")
          .containsPattern(CAT);
      assertThat(demo.collect("id=1;{\"hello\":\"world\"}").statusCode()).isEqualTo(200);
      // Two seconds of it are the demo's interval; a machine five times as slow may take this.
      await("landed")
          .atMost(Duration.ofSeconds(20))
          .until(() -> Landed.linesIn(data()).size() == 1);

      assertThat(demo.collect("id=2;second").statusCode()).isEqualTo(200);
      assertThat(demo.stop()).as(demo.out() + demo.err()).isZero();
      Matcher shown = CAT.matcher(demo.out());
      assertThat(shown.find()).isTrue();
      assertThat(shown.group(1)).isEqualTo("estat-data");
      assertThat(cat(shown.group(1))).as("the command that the demo shows").hasSize(2);
    }
    assertThat(Landed.in(data()).count()).isEqualTo(2);

    assertThat(cat("estat-data"))
        .hasSize(2)
        .first()
        .asString()
        .contains("\"body\":\"id=1;{\\\"hello\\\":\\\"world\\\"}\"");
    assertThat(cat("estat-data", "--limit", "1")).hasSize(1);
    assertThat(cat(data().toUri().toString())).hasSize(2);
    assertThat(cat(anyObject().toString())).hasSize(1);
  }

  @Test
  void catSaysWhichFolderIsMissing() throws Exception {
    Outcome outcome = Distribution.built().estat(Map.of(), "cat", folder + "/nothing-here");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("nothing-here").contains("no such file or folder");
  }

  @Test
  void saysWhenThePortIsTakenAndHowToTakeAnother() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("0.0.0.0"));
        IngestProcess demo = demo(Integer.toString(taken.getLocalPort())).launch()) {
      assertThat(demo.awaitExit()).isEqualTo(1);
      assertThat(demo.err())
          .contains("cannot listen on")
          .contains(Integer.toString(taken.getLocalPort()))
          .contains("Address already in use")
          .contains("estat demo --port");
    }
  }

  private IngestProcess.Setup demo(String port) {
    return new IngestProcess.Setup(folder)
        .without("DLQ_DIR")
        .without("STORE_URL")
        .without("HTTP_ADDR")
        .command("demo", "--port", port, "--etl-port", "0");
  }

  private Path data() {
    return folder.resolve("estat-data");
  }

  private Path anyObject() throws IOException {
    try (Stream<Path> files = Files.walk(data())) {
      return files.filter(file -> file.toString().endsWith(".jsonl.gz")).findFirst().orElseThrow();
    }
  }

  /** The lines that {@code estat cat} prints, run in the folder in which the demo ran. */
  private List<String> cat(String... args) throws IOException, InterruptedException {
    String command = "cd \"$0\" && exec \"$@\"";
    List<String> words =
        Stream.concat(
                Stream.of("sh", "-c", command, folder.toString(), launcher(), "cat"),
                Stream.of(args))
            .toList();
    Outcome outcome = Distribution.run(Map.of(), words.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome.out().lines().toList();
  }

  private static String launcher() throws IOException {
    return Distribution.built().folder() + "/bin/estat";
  }
}
