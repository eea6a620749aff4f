package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.IngestProcess.Setup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole processes with {@code ACK=disk} that are killed under load. */
final class KillDistTest {
  private static final int EVENTS = 3000;
  private static final int CONNECTIONS = 8;
  private static final int PER_SECOND = 3000;

  @TempDir Path folder;
  private Path journal;

  @BeforeEach
  void name() {
    journal = folder.resolve("journal");
  }

  private Setup setup() {
    return new Setup(folder)
        .with("ACK", "disk")
        .with("JOURNAL_DIR", journal.toString())
        .with("BATCH_SIZE", "300")
        .with("DRAIN_DELAY", "0s");
  }

  private List<String> journalFiles() throws IOException {
    try (Stream<Path> files = Files.list(journal)) {
      return files.map(f -> f.getFileName().toString()).filter(f -> !f.equals(".lock")).toList();
    }
  }

  @Test
  void everyAnsweredEventIsInTheStoreOnceThoughTheServerWasKilled() throws Exception {
    BitSet answered = new BitSet();
    BitSet sent = new BitSet();
    for (int life = 0; life < 3; life++) {
      try (IngestProcess server = setup().start()) {
        Background load =
            Background.load(
                new LoadClient(server.port(), "/collect", CONNECTIONS, PER_SECOND, EVENTS)
                    .from(life * EVENTS));
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> server.metrics().of("events_accepted_total") > EVENTS / 2);
        server.signal("KILL");
        LoadClient.Answers answers = load.stop();
        assertThat(server.awaitExit()).as("128 + SIGKILL").isEqualTo(137);
        answered.or(answers.accepted());
        sent.or(answers.accepted());
        sent.or(answers.unknown());
      }
    }
    assertThat(answered.cardinality()).isGreaterThan(EVENTS);
    try (IngestProcess last = setup().start()) {
      await("recovered")
          .atMost(Duration.ofSeconds(60))
          .until(() -> journalFiles().isEmpty() && last.metrics().isDrained());
      last.metrics().assertIdentitiesHold();
      assertThat(last.stop()).isZero();
    }
    Landed landed = Landed.in(setup().store());
    assertThat(landed.missing(answered)).as("answered and not stored").isZero();
    assertThat(landed.more().isEmpty()).as("stored twice: " + landed.more()).isTrue();
    BitSet strangers = (BitSet) landed.once().clone();
    strangers.andNot(sent);
    assertThat(strangers.isEmpty()).as("stored and never sent").isTrue();
  }

  @Test
  void isReadyBeforeAJournalThatIsLargerThanItsMemoryIsRecovered() throws Exception {
    BitSet left = leaveFiles();
    try (IngestProcess server = setup().start()) {
      assertThat(server.collect("id=" + left.length() + ";live").statusCode()).isEqualTo(200);
      assertThat(journalFiles()).as("did not wait for the files").isNotEmpty();
      await("recovered")
          .atMost(Duration.ofSeconds(120))
          .until(
              () ->
                  server.metrics().of("events_recovered_total") == left.cardinality()
                      && server.metrics().of("events_in_dlq") == 0);
      server.metrics().assertIdentitiesHold();
      assertThat(server.stop()).isZero();
    }
    left.set(left.length());
    Landed.in(setup().store()).assertExactly(left);
  }

  /** 160 MB, where heap and budget are 64 MB each. */
  private BitSet leaveFiles() throws IOException {
    Files.createDirectories(journal);
    BitSet ids = new BitSet();
    long unix = Instant.now().getEpochSecond() - 3600;
    String filler = "x".repeat(10_000);
    for (int file = 0; file < 20; file++) {
      var lines = new StringBuilder();
      for (int line = 0; line < 800; line++) {
        int id = ids.length();
        ids.set(id);
        lines.append("{\"ts\":" + unix + ",\"body\":\"id=" + id + ";" + filler + "\"}\n");
      }
      byte[] text = lines.toString().getBytes(StandardCharsets.US_ASCII);
      var crc = new CRC32C();
      crc.update(text);
      try (var out = Files.newOutputStream(journal.resolve(unix + "_old-0a_" + file + ".jsonl"))) {
        out.write(text);
        out.write(String.format("#%08x\n", crc.getValue()).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return ids;
  }

  @Test
  void aSecondServerDoesNotGetTheJournalOfTheFirst() throws Exception {
    try (IngestProcess first = setup().start();
        IngestProcess second =
            setup().with("DLQ_DIR", folder.resolve("dlq2").toString()).launch()) {
      assertThat(second.awaitExit()).isEqualTo(2);
      assertThat(second.err())
          .contains("JOURNAL_DIR: ")
          .contains(journal.toString())
          .contains("\"pid\":" + first.pid());
      assertThat(first.stop()).isZero();
    }
  }

  @Test
  void aJournalInMemoryIsRefusedWithEverythingElseThatIsWrong() throws Exception {
    try (IngestProcess server =
        setup()
            .with("JOURNAL_DIR", "/dev/shm/estat-journal")
            .with("DLQ_OVERFLOW", "evict")
            .with("DLQ_MAX_AGE", "1h")
            .launch()) {
      assertThat(server.awaitExit()).isEqualTo(2);
      assertThat(server.err())
          .contains("JOURNAL_DIR=/dev/shm/estat-journal: this is memory (tmpfs)")
          .contains("DLQ_OVERFLOW=evict: with ACK=disk")
          .contains("DLQ_MAX_AGE=1h: with ACK=disk");
    }
  }
}
