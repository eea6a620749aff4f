package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.SteppedFiles.Crash;
import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upload to a folder that dies, or fails, before any of its steps. */
class FolderUploadCrashTest {
  private static final String KEY = "t/v001/A.gz";
  private static final byte[] FIRST = {1, 2, 3};
  private static final byte[] SECOND = {4, 5};
  private static final ObjectSum SUM = sum();

  @TempDir Path folder;

  private static ObjectSum sum() {
    var crc = new CRC32C();
    crc.update(FIRST);
    crc.update(SECOND);
    return new ObjectSum(5, (int) crc.getValue());
  }

  @Test
  void leavesAllOrNothingWhereverItDiesAndTheNextProcessRemovesTheRest() throws IOException {
    int step = 0;
    for (boolean crashed = true; crashed; step++) {
      Path root = folder.resolve("crash-" + step);
      crashed = crashes(root, step);
      var next = new FolderStore(root);
      next.abortUploads("t/v001/");
      boolean there = next.head(KEY, Duration.ZERO).isPresent();
      assertThat(hidden(root)).as("hidden files after step %d", step).hasSize(there ? 1 : 0);
      if (there) {
        assertHolds(next, "crash");
      }
      assertThat(run(next.sink(request("next"))) instanceof UploadOutcome.Stored)
          .as("upload after step %d", step)
          .isEqualTo(!there);
      assertHolds(next, there ? "crash" : "next");
    }
    assertThat(step).as("steps that were tried").isGreaterThan(9);
  }

  private boolean crashes(Path root, int at) throws IOException {
    var files =
        new SteppedFiles(
            (step, name) -> {
              if (step >= at) {
                throw new Crash();
              }
            });
    try {
      run(new FolderStore(root, files).sink(request("crash")));
      return false;
    } catch (Crash e) {
      return true;
    }
  }

  /** The system says once that bytes did not reach the disk, and lets the next sync succeed. */
  @Test
  void neverBelievesASecondSyncOfBytes() throws Exception {
    boolean[] failed = {false};
    var files =
        new FolderFiles() {
          @Override
          void sync(FileChannel file) throws IOException {
            if (!failed[0]) {
              failed[0] = true;
              throw new IOException("Input/output error");
            }
            super.sync(file);
          }
        };
    UploadRetry retry =
        (n, e) -> {
          if (e.kind() == Kind.REJECTED) {
            throw e;
          }
        };
    try (ObjectUpload upload = new FolderStore(folder, files).upload(request("sync", retry))) {
      upload.append(FIRST, 0, 3);
      upload.finishParts();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(upload::commit)
          .withMessageContainingAll(KEY, "Input/output error", "begin anew");
    }
    assertThat(new FolderStore(folder).list("", null)).isEmpty();
    assertThat(hidden(folder)).isEmpty();
  }

  /** As NFS does when its answer to a link was lost. */
  @Test
  void knowsItsOwnNameThoughTheLinkWasReportedToHaveFailed() throws Exception {
    var files =
        new FolderFiles() {
          @Override
          void link(Path name, Path file) throws IOException {
            super.link(name, file);
            throw new FileAlreadyExistsException(name.toString());
          }
        };
    var store = new FolderStore(folder, files);
    assertThat(run(store.sink(request("link")))).isEqualTo(UploadOutcome.stored(KEY, SUM));
    assertHolds(store, "link");
    assertThat(hidden(folder)).hasSize(1);

    var content = new ByteContent(SECOND);
    var put = new ObjectPut("put", content, "t", Map.of("by", "put"), true, Duration.ZERO);
    assertThat(store.put(put)).isEqualTo(PutOutcome.STORED);
    assertThat(store.head("put", Duration.ZERO).orElseThrow().metadata())
        .containsEntry("by", "put");
    assertThat(store.put(put)).isEqualTo(PutOutcome.EXISTS);
  }

  /** But the sync of its bytes. */
  @Test
  void canTryEachStepAgainAndEndsWithTheObject() throws IOException {
    int step = 0;
    for (boolean failed = true; failed; step++) {
      int failing = step;
      boolean[] hit = {false};
      var files =
          new SteppedFiles(
              (n, name) -> {
                if (n == failing) {
                  hit[0] = true;
                  if (name.equals("sync bytes")) {
                    return;
                  }
                  throw new IOException("No space left on device");
                }
              });
      Path root = folder.resolve("fail-" + step);
      var store = new FolderStore(root, files);
      var budget = new UploadBudget(UploadBudget.SLAB_BYTES);
      var request =
          new ObjectUploadRequest(
              KEY, "t", Map.of("by", "retry"), 1, budget, Duration.ofSeconds(9), (n, e) -> {});
      try (ObjectUpload upload = store.upload(request)) {
        upload.append(FIRST, 0, 3);
        upload.append(SECOND, 0, 2);
        upload.finishParts();
        assertThat(upload.commit()).isEqualTo(UploadOutcome.stored(KEY, SUM));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      failed = hit[0];
      assertHolds(store, "retry");
      assertThat(hidden(root)).as("hidden files after step %d failed", step).hasSize(1);
    }
    assertThat(step).as("steps that were tried").isGreaterThan(9);
  }

  /** What must be on the disk before the name appears is synced before it does. */
  @Test
  void syncsBytesAndMetadataBeforeTheNameAppears() throws IOException {
    var files = new SteppedFiles((step, name) -> {});
    run(new FolderStore(folder, files).sink(request("sync")));
    assertThat(files.done())
        .containsSubsequence(
            "sync t",
            "create .upload",
            "writeAt 0",
            "writeAt 3",
            "sync bytes",
            "write .meta",
            "sync v001",
            "link A.gz",
            "sync v001");
  }

  /** The clean-up of another process took the hidden file away. */
  @Test
  void neverCommitsAnUploadThatWasEndedByACleanUp() throws IOException {
    var store = new FolderStore(folder);
    PartSink sink = store.sink(request("ended"));
    sink.open();
    sink.send(Part.of(1, 0, FIRST));
    assertThat(store.abortUploads("")).isEqualTo(1);
    sink.send(Part.of(2, 3, SECOND));
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> sink.complete(Part.of(3, 5, new byte[0]), SUM));
    sink.abort(true);
    assertThat(store.list("", null)).isEmpty();
    assertThat(hidden(folder)).isEmpty();
  }

  private static UploadOutcome run(PartSink sink) throws StoreException {
    sink.open();
    sink.send(Part.of(1, 0, FIRST));
    sink.send(Part.of(2, 3, SECOND));
    UploadOutcome outcome = sink.complete(Part.of(3, 5, new byte[0]), SUM);
    sink.abort(false);
    return outcome;
  }

  private static void assertHolds(FolderStore store, String by) throws IOException {
    try (InputStream in = store.open(KEY)) {
      assertThat(in.readAllBytes()).containsExactly(1, 2, 3, 4, 5);
    }
    assertThat(store.head(KEY, Duration.ZERO).orElseThrow().metadata()).containsEntry("by", by);
  }

  private static List<String> hidden(Path root) throws IOException {
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("."))
          .toList();
    }
  }

  private static ObjectUploadRequest request(String by) {
    return request(by, UploadRetry.NEVER);
  }

  private static ObjectUploadRequest request(String by, UploadRetry retry) {
    return new ObjectUploadRequest(
        KEY,
        "t",
        Map.of("by", by),
        1,
        new UploadBudget(UploadBudget.SLAB_BYTES),
        Duration.ofSeconds(9),
        retry);
  }
}
