package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code estat dlq} prints and exits with. */
final class DlqCommandTest {
  private static final String NAME = "1700000000_x-0123456789ab_1";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(dlq());
    try (var gzip = new GZIPOutputStream(Files.newOutputStream(file()))) {
      gzip.write("{\"ts\":1700000000,\"body\":\"x\"}\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private Path dlq() {
    return folder.resolve("dlq");
  }

  private Path file() {
    return dlq().resolve(NAME + ".jsonl.gz");
  }

  private int execute(String... args) {
    out.getBuffer().setLength(0);
    var environment =
        Map.of("STORE_URL", "file://" + folder.resolve("store"), "DLQ_DIR", dlq().toString());
    return new CommandLine(new DlqCommand(environment))
        .setOut(new PrintWriter(out, true))
        .execute(args);
  }

  @Test
  void replayExitsWithZeroWhenNothingStays() {
    assertThat(execute("replay")).isZero();
    assertThat(out.toString()).contains("1 events in the bucket, 0 quarantined; 0 files stay here");
    assertThat(file()).doesNotExist();
  }

  @Test
  void replayExitsWithOneAndSaysHowManyFilesStay() throws Exception {
    // A file is where the folder of the good ones should be.
    Files.createDirectories(folder.resolve("store"));
    Files.writeString(folder.resolve("store/raw"), "in the way");
    assertThat(execute("replay")).isEqualTo(1);
    assertThat(out.toString()).contains("0 events in the bucket, 0 quarantined; 1 files stay here");
    assertThat(file()).exists();
  }

  @Test
  void verifyTellsIntactFromCorrupt() throws Exception {
    assertThat(execute("verify")).isZero();
    assertThat(out.toString()).contains(NAME + "  intact", "1 intact, 0 corrupt");
    Files.write(file(), new byte[] {1, 2, 3});
    assertThat(execute("verify", NAME)).isEqualTo(1);
    assertThat(out.toString()).contains(NAME + "  corrupt: ", "0 intact, 1 corrupt");
  }

  @Test
  void verifyGoesOnAfterAFileThatIsNotThere() {
    String other = "1700000000_x-0123456789ab_2";
    assertThat(execute("verify", other, NAME)).isEqualTo(1);
    assertThat(out.toString())
        .contains(other + "  not there (any more)", NAME + "  intact", "1 intact, 0 corrupt");
  }
}
