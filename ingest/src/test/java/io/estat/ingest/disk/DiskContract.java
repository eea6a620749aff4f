package io.estat.ingest.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real disk and its twin both do while nothing goes wrong. */
abstract class DiskContract {
  @TempDir Path parent;
  Path folder = Path.of("");
  final Disk disk = disk();

  abstract Disk disk();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = parent.resolve("deep/er");
    disk.createFolders(folder);
    disk.createFolders(folder);
  }

  private void write(String name, String text) throws IOException {
    try (DiskFile file = disk.create(folder.resolve(name))) {
      file.write(text.getBytes(UTF_8));
      file.sync();
    }
    disk.syncFolder(folder);
  }

  private String read(String name) throws IOException {
    try (InputStream in = disk.open(folder.resolve(name))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<String> listed() throws IOException {
    List<String> names = new ArrayList<>();
    try (Disk.Listing listing = disk.list(folder)) {
      for (String name = listing.next(); name != null; name = listing.next()) {
        names.add(name);
      }
    }
    return names;
  }

  @Test
  void whatIsWrittenTakesThePlaceOfReservedRoom() throws IOException {
    try (DiskFile file = disk.create(folder.resolve("a"))) {
      file.write("one".getBytes(UTF_8));
      file.reserve(5);
      file.write(List.of(ByteBuffer.wrap("two".getBytes(UTF_8))));
      file.syncData();
      assertThat(read("a")).isEqualTo("onetwo\0\0");
      file.write("three".getBytes(UTF_8));
      file.reserve(1);
      assertThat(read("a")).isEqualTo("onetwothree\0");
    }
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    write("a", "first");
    write("a", "second");
    assertThat(read("a")).isEqualTo("second");
    assertThat(disk.size(folder.resolve("a"))).isEqualTo(6);
    assertThat(listed()).containsExactly("a");
  }

  @Test
  void writesAnyNumberOfPartsAsOne() throws IOException {
    List<ByteBuffer> parts = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      parts.add(ByteBuffer.wrap((i + ",").getBytes(UTF_8)));
    }
    parts.add(1, ByteBuffer.allocate(0));
    parts.add(ByteBuffer.allocate(0));
    String all = IntStream.range(0, 3_000).mapToObj(i -> i + ",").collect(Collectors.joining());
    try (DiskFile file = disk.create(folder.resolve("a"))) {
      file.write(List.of());
      file.write(parts);
      file.sync();
    }
    assertThat(read("a")).isEqualTo(all);
  }

  @Test
  void cutsAFileDownToItsFirstBytesAndNeverMakesOneLonger() throws IOException {
    write("a", "first second");
    disk.truncate(folder.resolve("a"), 5);
    assertThat(read("a")).isEqualTo("first");
    disk.truncate(folder.resolve("a"), 50);
    assertThat(read("a")).isEqualTo("first");
    disk.truncate(folder.resolve("a"), 0);
    assertThat(disk.size(folder.resolve("a"))).isZero();
    assertThatThrownBy(() -> disk.truncate(folder.resolve("b"), 0))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(listed()).containsExactly("a");
  }

  @Test
  void syncsAFileThatIsNotOpen() throws IOException {
    write("a", "first");
    disk.sync(folder.resolve("a"));
    assertThat(read("a")).isEqualTo("first");
    assertThatThrownBy(() -> disk.sync(folder.resolve("b")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(listed()).containsExactly("a");
  }

  @Test
  void renamesOverAnotherFile() throws IOException {
    write("a", "A");
    write("b", "B");
    disk.rename(folder.resolve("a"), folder.resolve("b"));
    assertThat(read("b")).isEqualTo("A");
    assertThat(listed()).containsExactly("b");
    assertThatThrownBy(() -> disk.rename(folder.resolve("a"), folder.resolve("b")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void saysWhetherThereWasAFileToDelete() throws IOException {
    write("a", "A");
    assertThat(disk.delete(folder.resolve("a"))).isTrue();
    assertThat(disk.delete(folder.resolve("a"))).isFalse();
    assertThat(listed()).isEmpty();
    assertThatThrownBy(() -> disk.size(folder.resolve("a")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void givesTheFolderToOneAtATime() throws IOException {
    Closeable lock = disk.lock(folder, "{\"pid\":1}");
    assertThatThrownBy(() -> disk.lock(folder, "{\"pid\":2}"))
        .isInstanceOf(FolderHeldException.class);
    lock.close();
    disk.lock(folder, "{\"pid\":2}").close();
  }
}
