package io.estat.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStoreTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void createsItsFolderWithTheFirstPutAndNotBefore() throws IOException {
    Path root = folder.resolve("a/b");
    try (ObjectStore store = ObjectStores.open(root.toUri(), StoreSettings.DEFAULTS)) {
      assertThat(store.list("", null)).isEmpty();
      assertThat(store.head("k", TIMEOUT)).isEmpty();
      assertThat(root).doesNotExist();
      store.put(put("k"));
      assertThat(root.resolve("k")).isRegularFile();
      assertThat(store.url()).isEqualTo("file://" + root);
    }
  }

  @Test
  void laysObjectsOutAsPlainFilesAtTheirKeys() throws IOException {
    new FolderStore(folder).put(put("raw/dt=2026-01-02/hr=03/1_a_1.jsonl.gz"));
    assertThat(folder.resolve("raw/dt=2026-01-02/hr=03/1_a_1.jsonl.gz")).hasContent("content");
  }

  @Test
  void keepsNamesOutOfTheWayThatAreSpecialOnDisk() throws IOException {
    var store = new FolderStore(folder);
    for (String key : List.of(".hidden", "a/.b", "50%", "%2E", "\u00e9", "line\nbreak")) {
      store.put(put(key));
      assertThat(store.head(key, TIMEOUT)).as(key).isPresent();
    }
    assertThat(store.list("", null).stream().map(ObjectInfo::key))
        .containsExactly("%2E", ".hidden", "50%", "a/.b", "line\nbreak", "\u00e9");
    assertThat(folder.resolve("%2Ehidden")).exists();
    assertThat(folder.resolve("%C3%A9")).exists();
  }

  @Test
  void hidesItsOwnFilesAndWhatCrashedWritersLeft() throws IOException {
    var store = new FolderStore(folder);
    store.put(put("k"));
    Files.writeString(folder.resolve(".put-0b7d.tmp"), "half");
    Files.writeString(folder.resolve(".1234567.meta"), "object: k\n");
    assertThat(store.list("", null).stream().map(ObjectInfo::key)).containsExactly("k");
  }

  @Test
  void listsAndReadsFilesThatItDidNotWrite() throws IOException {
    Files.writeString(folder.resolve("foreign.txt"), "text");
    var store = new FolderStore(folder);
    assertThat(store.list("", null)).hasSize(1);
    assertThat(store.head("foreign.txt", TIMEOUT))
        .contains(new ObjectInfo("foreign.txt", 4, "application/octet-stream", Map.of()));
  }

  /** A file that gets a reused inode, or the name of a deleted object, inherits no metadata. */
  @Test
  void doesNotTakeMetadataFromAFileOfAnotherObject() throws IOException {
    Path foreign = Files.writeString(folder.resolve("foreign.txt"), "content");
    long inode = (Long) Files.getAttribute(foreign, "unix:ino");
    Files.writeString(
        folder.resolve("." + inode + ".meta"),
        "object: deleted.txt\nbytes: 7\ncontent-type: a/b\nmeta-x: y\n");
    var store = new FolderStore(folder);
    assertThat(store.head("foreign.txt", TIMEOUT).orElseThrow().metadata()).isEmpty();
  }

  @Test
  void removesTheMetadataOfWhatItReplaces() throws IOException {
    var store = new FolderStore(folder);
    for (int i = 0; i < 5; i++) {
      store.put(plainPut("k"));
    }
    assertThat(hidden()).as("one file of metadata").hasSize(1);
  }

  static Stream<Arguments> failures() {
    Path at = Path.of("/somewhere");
    return Stream.of(
        failure(Kind.UNAVAILABLE, "free some space", () -> reason(at, "No space left on device")),
        failure(Kind.UNAVAILABLE, "free some space", () -> new IOException("Disk quota exceeded")),
        failure(Kind.DENIED, "writable", () -> reason(at, "Read-only file system")),
        failure(Kind.DENIED, "right to", () -> new AccessDeniedException(at.toString())),
        failure(Kind.REJECTED, "shorter key", () -> reason(at, "File name too long")),
        failure(Kind.UNAVAILABLE, "", () -> new IOException("Input/output error")));
  }

  private static Arguments failure(Kind kind, String advice, Supplier<IOException> cause) {
    return Arguments.of(kind, advice, cause);
  }

  private static IOException reason(Path at, String reason) {
    return new FileSystemException(at.toString(), null, reason);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhatFailedWhereAndLeavesNothingBehind(
      Kind kind, String advice, Supplier<IOException> cause) throws IOException {
    for (boolean onlyIfAbsent : List.of(true, false)) {
      boolean failed = true;
      for (int at = 0; failed; at++) {
        Path root = folder.resolve(onlyIfAbsent + "-" + at);
        Files.createDirectory(root);
        failed = failsAt(at, root, onlyIfAbsent, kind, advice, cause);
      }
    }
  }

  private boolean failsAt(
      int at,
      Path root,
      boolean onlyIfAbsent,
      Kind kind,
      String advice,
      Supplier<IOException> cause)
      throws IOException {
    var files =
        new SteppedFiles(
            (step, name) -> {
              if (step == at) {
                throw cause.get();
              }
            });
    var store = new FolderStore(root, files);
    boolean failed = false;
    try {
      store.put(onlyIfAbsent ? put("key") : plainPut("key"));
    } catch (StoreException e) {
      failed = true;
      boolean placed = files.done().contains("link key") || files.done().contains("rename key");
      assertThat(e.kind()).isEqualTo(placed ? Kind.UNKNOWN_OUTCOME : kind);
      assertThat(e).hasMessageContaining(root.resolve("key").toString());
      assertThat(e).hasMessageContaining(advice);
      if (!placed) {
        assertThat(root).isEmptyDirectory();
      }
    }
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).noneMatch(file -> file.toString().matches(".*\\.(tmp|old)"));
    }
    return failed || files.done().size() > at;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Operation not permitted", "Operation not supported"})
  void refusesConditionsWhereThereAreNoHardLinksButTakesPlainPuts(String reason)
      throws IOException {
    var files =
        new SteppedFiles(
            (step, name) -> {
              if (name.startsWith("link ")) {
                throw new FileSystemException("/somewhere", null, reason);
              }
            });
    var store = new FolderStore(folder, files);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(put("k")))
        .withMessageContaining("hard links")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CONDITION_REFUSED));
    assertThat(folder).isEmptyDirectory();
    assertThat(store.put(plainPut("k"))).isEqualTo(PutOutcome.STORED);
    assertThat(store.head("k", TIMEOUT).orElseThrow().metadata()).isEqualTo(Map.of("a", "b"));
  }

  @Test
  void saysThatAFileIsInTheWay() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(kind(new FolderStore(file), "k")).isEqualTo(Kind.NO_BUCKET);
    var store = new FolderStore(folder);
    store.put(put("a/b"));
    assertThat(kind(store, "a")).as("a folder has the name").isEqualTo(Kind.REJECTED);
    assertThat(kind(store, "a/b/c")).as("an object is a parent").isEqualTo(Kind.REJECTED);
    assertThat(kind(store, "x".repeat(300))).as("too long").isEqualTo(Kind.REJECTED);
    assertThat(hidden()).isEmpty();
  }

  @Test
  void leavesAnInterruptSet() {
    Thread.currentThread().interrupt();
    try {
      assertThat(kind(new FolderStore(folder), "k")).isEqualTo(Kind.UNKNOWN_OUTCOME);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", "..", "a/../b", ".", "a\0b"})
  void refusesKeysThatLeadElsewhere(String key) {
    var store = new FolderStore(folder);
    assertThatIllegalArgumentException().isThrownBy(() -> store.head(key, TIMEOUT));
    assertThatIllegalArgumentException().isThrownBy(() -> store.open(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:relative", "file://host/dir", "file:///dir?x=1"})
  void refusesUrlsThatAreNoAbsoluteFolder(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(URI.create(url), StoreSettings.DEFAULTS))
        .withMessageContaining("file:///absolute/path");
  }

  @Test
  void namesTheSchemesThatAreKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ObjectStores.open(URI.create("ftp://me:pw@host/"), StoreSettings.DEFAULTS))
        .withMessageContaining("ftp")
        .withMessageContaining("file")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pw"));
  }

  private List<Path> hidden() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static Kind kind(FolderStore store, String key) {
    try {
      PutOutcome outcome = store.put(put(key));
      throw new AssertionError("the put ended with " + outcome);
    } catch (StoreException e) {
      return e.kind();
    }
  }

  private static ObjectPut put(String key) {
    return put(key, true);
  }

  private static ObjectPut plainPut(String key) {
    return put(key, false);
  }

  private static ObjectPut put(String key, boolean onlyIfAbsent) {
    var content = new ByteContent("content".getBytes(StandardCharsets.UTF_8));
    return new ObjectPut(key, content, "application/gzip", Map.of("a", "b"), onlyIfAbsent, TIMEOUT);
  }
}
