package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.storage.SteppedFiles.Crash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A writer that dies, or meets another, between any two steps. */
class FolderStoreCrashTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String KEY = "raw/dt=2026-01-02/b.gz";

  @TempDir Path folder;

  @Test
  void leavesAllOrNothingWhereverItDiesAndNeverBlocksARetry() throws IOException {
    int step = 0;
    for (boolean crashed = true; crashed; step++) {
      Path root = folder.resolve("crash-" + step);
      crashed = crashes(root, step, put("mine", true));

      var after = new FolderStore(root);
      boolean there = after.head(KEY, TIMEOUT).isPresent();
      assertThat(after.list("", null)).as("step %d", step).hasSize(there ? 1 : 0);
      if (there) {
        assertHolds(after, "mine");
      }
      assertThat(after.put(put("mine", true)))
          .as("retry after step %d", step)
          .isEqualTo(there ? PutOutcome.EXISTS : PutOutcome.STORED);
      assertHolds(after, "mine");
      assertThat(after.list("", null)).hasSize(1);
    }
    assertThat(step).as("steps that were tried").isGreaterThan(7);
  }

  @Test
  void neverGivesOneObjectTheMetadataOfACrashedWritersOther() throws IOException {
    int step = 0;
    for (boolean crashed = true; crashed; step++) {
      Path root = folder.resolve("crash-" + step);
      crashed = crashes(root, step, put("crashed", true));
      var after = new FolderStore(root);
      boolean stored = after.put(put("another", true)) == PutOutcome.STORED;
      assertHolds(after, stored ? "another" : "crashed");
    }
  }

  @Test
  void leavesTheOldOrTheNewWhereverItDiesWhileReplacing() throws IOException {
    int step = 0;
    for (boolean crashed = true; crashed; step++) {
      Path root = folder.resolve("crash-" + step);
      new FolderStore(root).put(put("old", false));
      crashed = crashes(root, step, put("new", false));
      var after = new FolderStore(root);
      assertHolds(after, read(after));
      assertThat(after.list("", null)).hasSize(1);
      after.put(put("newest", false));
      assertHolds(after, "newest");
    }
    assertThat(step).as("steps that were tried").isGreaterThan(9);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void staysConsistentWhereverAnotherWriterComesBetween(boolean onlyIfAbsent) throws IOException {
    int steps = 20;
    for (int at = 0; at < steps; at++) {
      int meeting = at;
      Path root = folder.resolve("meet-" + at);
      var other = new FolderStore(root);
      var otherOutcome = new PutOutcome[] {PutOutcome.EXISTS};
      var files =
          new SteppedFiles(
              (step, name) -> {
                if (step == meeting) {
                  otherOutcome[0] = other.put(put("other", onlyIfAbsent));
                }
              });
      PutOutcome outcome = new FolderStore(root, files).put(put("mine", onlyIfAbsent));
      assertHolds(other, read(other));
      if (onlyIfAbsent) {
        boolean mine = outcome == PutOutcome.STORED;
        assertThat(otherOutcome[0] == PutOutcome.STORED).as("step %d", at).isNotEqualTo(mine);
        assertHolds(other, mine ? "mine" : "other");
      }
    }
  }

  /** What must be on the disk before the name appears is synced before it does. */
  @Test
  void syncsBytesAndMetadataBeforeTheNameAppears() throws IOException {
    var files = new SteppedFiles((step, name) -> {});
    new FolderStore(folder, files).put(put("x", true));
    assertThat(files.done())
        .containsSubsequence(
            "write .tmp", "write .meta", "sync dt=2026-01-02", "link b.gz", "sync dt=2026-01-02");
    assertThat(files.done())
        .as("new folders last, too")
        .containsSubsequence("sync raw", "write .tmp");
  }

  private static boolean crashes(Path root, int at, ObjectPut put) throws IOException {
    var files =
        new SteppedFiles(
            (step, name) -> {
              if (step >= at) {
                throw new Crash();
              }
            });
    try {
      new FolderStore(root, files).put(put);
      return false;
    } catch (Crash e) {
      return true;
    }
  }

  private static void assertHolds(FolderStore store, String writer) throws IOException {
    assertThat(read(store)).isEqualTo(writer);
    ObjectInfo info = store.head(KEY, TIMEOUT).orElseThrow();
    assertThat(info.metadata()).isEqualTo(Map.of("writer", writer));
    assertThat(info.contentType()).isEqualTo("application/gzip");
  }

  private static String read(FolderStore store) throws IOException {
    try (InputStream in = store.open(KEY)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ObjectPut put(String writer, boolean onlyIfAbsent) {
    var content = new ByteContent(writer.getBytes(StandardCharsets.UTF_8));
    return new ObjectPut(
        KEY, content, "application/gzip", Map.of("writer", writer), onlyIfAbsent, TIMEOUT);
  }
}
