package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.IngestProcess.Setup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an earlier life left in the dead-letter queue. */
final class RestartDistTest {
  private static final int MANY_FILES = 3000;
  private static final int SOME_FILES = 200;

  @TempDir Path folder;

  @Test
  void uploadsWhatWasSavedBeforeAKill() throws Exception {
    Setup away = quick().s3("http://127.0.0.1:1", "bucket").with("BATCH_SIZE", "500");
    BitSet saved;
    try (IngestProcess server = away.start()) {
      LoadClient.Answers answers = new LoadClient(server.port(), "/collect", 2, 5000, 2000).run();
      saved = answers.accepted();
      await("saved").until(() -> server.metrics().of("events_in_dlq") == 2000);
      server.signal("KILL");
      assertThat(server.awaitExit()).as("128 + SIGKILL").isEqualTo(137);
    }
    try (IngestProcess next = quick().start()) {
      await("drained").until(() -> next.metrics().of("dlq_events_reuploaded_total") == 2000);
      next.metrics().assertIdentitiesHold();
      assertThat(next.stop()).isZero();
    }
    Landed.in(quick().store()).assertExactly(saved);
  }

  @Test
  void isReadyAtOnceWithAFolderFullOfFilesAndUploadsEachOnceAcrossAStop() throws Exception {
    BitSet left = leaveFiles(quick().dlq());
    try (IngestProcess away = quick().s3("http://127.0.0.1:1", "bucket").start()) {
      assertThat(away.metrics().of("dlq_events_reuploaded_total"))
          .as("did not wait for the files")
          .isZero();
      assertThat(away.stop()).isZero();
    }
    try (IngestProcess server = quick().start()) {
      assertThat(server.collect("id=" + MANY_FILES + ";live").statusCode()).isEqualTo(200);
      await("some are there")
          .until(() -> server.metrics().of("dlq_events_reuploaded_total") > SOME_FILES);
      server.metrics().assertIdentitiesHold();
      assertThat(server.stop()).isZero();
    }
    BitSet landed = Landed.in(quick().store()).once();
    assertThat(landed.get(MANY_FILES)).as("the live event").isTrue();
    landed.clear(MANY_FILES);
    assertThat(landed.cardinality()).isGreaterThan(SOME_FILES);
    BitSet kept = idsIn(quick().dlq());
    assertThat(kept.intersects(landed)).as("in the folder and in the store").isFalse();
    kept.or(landed);
    assertThat(kept).isEqualTo(left);
  }

  private Setup quick() {
    return new Setup(folder).with("DRAIN_DELAY", "0s");
  }

  /** Files of a life an hour ago: names, content and meta as a server writes them. */
  private static BitSet leaveFiles(Path dlq) throws IOException {
    Files.createDirectories(dlq);
    long unix = Instant.now().getEpochSecond() - 3600;
    for (int id : IntStream.range(0, MANY_FILES).toArray()) {
      String name = String.format(Locale.ROOT, "%d_old-0123456789ab_%d", unix, id);
      Path file = dlq.resolve(name + ".jsonl.gz");
      try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(
            ("{\"ts\":" + unix + ",\"body\":\"id=" + id + ";\"}\n")
                .getBytes(StandardCharsets.UTF_8));
      }
      Files.writeString(dlq.resolve(name + ".jsonl.gz.meta.json"), "{\"num_events\":1}");
    }
    BitSet ids = new BitSet();
    ids.set(0, MANY_FILES);
    return ids;
  }

  /** The last part of a file's name is its event's id. */
  private static BitSet idsIn(Path dlq) throws IOException {
    BitSet ids = new BitSet();
    try (var files = Files.newDirectoryStream(dlq, "*.jsonl.gz")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        ids.set(Integer.parseInt(name, name.lastIndexOf('_') + 1, name.indexOf(".jsonl.gz"), 10));
      }
    }
    return ids;
  }
}
