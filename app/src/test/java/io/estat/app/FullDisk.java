package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A folder that takes nothing more: a file system in memory of its own, filled to the last byte.
 * Where mounting is not permitted, a folder that is replaced by a file once the server holds it, so
 * that every write into it fails, also for a user who may write everywhere. {@link #how} says
 * which.
 */
final class FullDisk implements AutoCloseable {
  private final Path mountPoint;
  private final Path folder;
  private final boolean mounted;

  private FullDisk(Path mountPoint, Path folder, boolean mounted) {
    this.mountPoint = mountPoint;
    this.folder = folder;
    this.mounted = mounted;
  }

  /**
   * @param mountPoint an empty folder
   */
  static FullDisk at(Path mountPoint) throws IOException, InterruptedException {
    var mount =
        Distribution.run(
            Map.of(), "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", mountPoint.toString());
    return new FullDisk(
        mountPoint, Files.createDirectories(mountPoint.resolve("dlq")), mount.exitCode() == 0);
  }

  Path folder() {
    return folder;
  }

  String how() {
    return mounted ? "a full tmpfs of 256 KiB" : "a file in the place of the folder (no mount)";
  }

  /** From now on nothing can be written. */
  void fill() throws IOException {
    System.out.println("the disk is full by means of " + how());
    if (mounted) {
      fillToTheLastByte();
    } else {
      Files.move(folder, folder.resolveSibling("moved"));
      Files.createFile(folder);
    }
  }

  private void fillToTheLastByte() throws IOException {
    byte[] page = new byte[4096];
    Arrays.fill(page, (byte) 'x');
    try (var out = Files.newOutputStream(folder.resolve("foreign"))) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      new ProcessBuilder("umount", "-l", mountPoint.toString()).start().onExit().join();
    }
  }
}
