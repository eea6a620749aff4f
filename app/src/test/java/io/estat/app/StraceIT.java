package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.IngestProcess.Setup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built distribution with {@code ACK=disk} under load, watched at the border of the kernel. */
final class StraceIT {
  private static final int EVENTS = 3000;
  private static final int CONNECTIONS = 16;
  private static final int PER_SECOND = 1500;

  @TempDir Path temporary;

  @Test
  void noAnswerLeavesBeforeTheSyncOfItsEvent() throws Exception {
    Path folder = temporary.toRealPath(); // as strace names it
    Path journal = folder.resolve("journal");
    Path trace = folder.resolve("trace");
    List<String> strace = new ArrayList<>(SyncTrace.STRACE);
    strace.addAll(List.of("-o", trace.toString()));
    Setup setup =
        new Setup(folder)
            .under(strace.toArray(String[]::new))
            .with("ACK", "disk")
            .with("JOURNAL_DIR", journal.toString())
            .with("BATCH_SIZE", "500")
            .with("DRAIN_DELAY", "0s");
    LoadClient.Answers answers;
    try (IngestProcess server = setup.start()) {
      answers = new LoadClient(server.port(), "/collect", CONNECTIONS, PER_SECOND, EVENTS).run();
      assertThat(server.stop()).isZero();
    }
    SyncTrace seen = SyncTrace.of(Files.readAllLines(trace, StandardCharsets.ISO_8859_1), journal);
    assertThat(seen.early()).as("answers before their sync").isEmpty();
    assertThat(answers.accepted().cardinality()).as("%s", answers.counts()).isEqualTo(EVENTS);
    assertThat(seen.answered()).as("answers seen behind their sync").isEqualTo(answers.accepted());
    assertThat(seen.syncs()).as("a sync is shared").isBetween(EVENTS / 500, EVENTS);
    Landed.in(setup.store()).assertExactly(answers.accepted());
  }
}
