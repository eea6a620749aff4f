package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.config.ConfigReader;
import io.estat.ingest.config.IngestConfig;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.disk.ForwardingDisk;
import io.estat.ingest.dlq.RetryOutcome;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay by hand tells the truth about what stays. */
class DlqReplayTest {
  @TempDir private Path folder;
  private final MemoryStore bucket = new MemoryStore();
  private final FaultyStore store = new FaultyStore(bucket);
  private final List<RetryOutcome> outcomes = new ArrayList<>();

  @BeforeEach
  void fill() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (var out = new GZIPOutputStream(Files.newOutputStream(file(i)))) {
        out.write("{\"ts\":1700000000,\"body\":\"x\"}\n".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private Path file(int i) {
    return folder.resolve("1700000000_x-0123456789ab_" + i + ".jsonl.gz");
  }

  private IngestConfig config() throws Exception {
    return ConfigReader.read(
        Map.of("STORE_URL", "file:///nowhere", "DLQ_DIR", folder.toString()),
        ConfigReader.Machine.here());
  }

  @Test
  void leavesNothingWhereEverythingGoesWell() throws Exception {
    try (var replay = new DlqReplay(config(), store)) {
      DlqReplay.Replayed replayed = replay.replay(outcomes::add);
      assertThat(replayed.filesLeft()).isZero();
      assertThat(replayed.cut().reuploaded()).isEqualTo(3);
    }
    assertThat(bucket.keys()).hasSize(3);
  }

  @Test
  void countsAFileThatCannotBeOpenedAmongThoseThatStay() throws Exception {
    var disk =
        new ForwardingDisk(new FileDisk()) {
          @Override
          public InputStream open(Path file) throws IOException {
            if (file.equals(file(1))) {
              throw new IOException(file + " (Permission denied)");
            }
            return super.open(file);
          }
        };
    try (var replay = new DlqReplay(config(), store, disk)) {
      DlqReplay.Replayed replayed = replay.replay(outcomes::add);
      assertThat(replayed.filesLeft()).isEqualTo(1);
      assertThat(replayed.cut().reuploaded()).isEqualTo(2);
      assertThat(replayed.cut().inDlq()).as("it was never opened").isZero();
    }
    assertThat(outcomes).contains(RetryOutcome.FILE_FAILED);
    assertThat(Files.exists(file(1))).isTrue();
  }

  @Test
  void endsAfterThreeFailuresOfTheStoreInARow() throws Exception {
    store.fail(Fault.UNAVAILABLE);
    try (var replay = new DlqReplay(config(), store)) {
      assertThat(replay.replay(outcomes::add).filesLeft()).isEqualTo(3);
    }
    assertThat(outcomes).containsOnly(RetryOutcome.STORE_FAILED).hasSize(3);
  }
}
