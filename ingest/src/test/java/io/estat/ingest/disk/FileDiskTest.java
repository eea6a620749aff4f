package io.estat.ingest.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FileDiskTest extends DiskContract {
  @Override
  Disk disk() {
    return new FileDisk();
  }

  @Test
  void takesNothingButRegularFilesForFiles() throws IOException {
    Files.createDirectory(folder.resolve("d"));
    Files.createSymbolicLink(folder.resolve("l"), Files.createFile(folder.resolve("f")));
    for (String name : new String[] {"d", "l"}) {
      Path path = folder.resolve(name);
      assertThatThrownBy(() -> disk.size(path)).isInstanceOf(NoSuchFileException.class);
      assertThat(disk.delete(path)).isFalse();
      assertThat(Files.exists(path)).isTrue();
    }
  }

  @Test
  void finishesWhatAnInterruptedThreadDoes() throws IOException {
    Thread.currentThread().interrupt();
    try (DiskFile file = disk.create(folder.resolve("a"))) {
      file.write(new byte[100_000]);
      file.sync();
    }
    disk.syncFolder(folder);
    disk.truncate(folder.resolve("a"), 90_000);
    try (var in = disk.open(folder.resolve("a"))) {
      assertThat(in.readAllBytes()).hasSize(90_000);
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Garbage outside the heap goes with the next collection, which a server hardly ever needs. */
  @Test
  void reservingRoomAllocatesNothingOutsideTheHeap() throws IOException {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    try (DiskFile file = disk.create(folder.resolve("a"))) {
      file.reserve(1);
      long before = direct.getMemoryUsed();
      for (int i = 0; i < 50; i++) {
        file.reserve(500_000);
      }
      assertThat(direct.getMemoryUsed()).isLessThanOrEqualTo(before);
    }
    assertThat(disk.size(folder.resolve("a"))).isEqualTo(25_000_001);
  }

  @Test
  void tellsAFullDiskFromABrokenOne() {
    // Linux offers a device that is always full.
    assertThatThrownBy(
            () -> {
              try (DiskFile full = disk.create(Path.of("/dev/full"))) {
                full.write(new byte[10]);
              }
            })
        .isInstanceOf(NoSpaceException.class);
    assertThatThrownBy(() -> disk.create(folder.resolve("no/such/folder")).close())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NoSpaceException.class);
  }

  /** Of this process nobody else could open anything meanwhile. */
  @Test
  void tellsThatNoFurtherFileCanBeOpenedFromAFileThatCannotBeRead() throws Exception {
    Path file = Files.createFile(folder.resolve("a"));
    List<String> command =
        List.of(
            "sh",
            "-c",
            "ulimit -n 100 && exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FileHoarder.class.getName(),
            file.toString());
    Process hoarder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(hoarder.inputReader().readLine()).startsWith("too many");
    assertThat(hoarder.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> disk.open(folder.resolve("b")).close())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(TooManyFilesException.class);
  }

  /** One that tries to take the folder and says how that went. */
  private Process anotherProcess() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void isRefusedByAnotherProcessThatHoldsTheFolder() throws Exception {
    Process other = anotherProcess();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> disk.lock(folder, "{}"))
          .isInstanceOf(FolderHeldException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("\"pid\":" + other.pid());
    } finally {
      other.destroyForcibly();
      assertThat(other.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
    disk.lock(folder, "{}").close();
  }

  @Test
  void keepsTheFolderAlthoughASecondPartOfTheProcessWasRefused() throws Exception {
    Closeable lock = disk.lock(folder, "{\"first\":true}");
    assertThatThrownBy(() -> disk.lock(folder, "{}"))
        .isInstanceOf(FolderHeldException.class)
        .hasMessageContaining("{\"first\":true}");
    Process other = anotherProcess();
    try {
      assertThat(other.inputReader().readLine()).startsWith("refused: {\"first\":true}");
    } finally {
      other.destroyForcibly();
      assertThat(other.waitFor(2, TimeUnit.MINUTES)).isTrue();
      lock.close();
    }
  }
}
