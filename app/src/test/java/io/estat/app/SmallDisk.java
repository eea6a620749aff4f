package io.estat.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real file system of 64 MiB of its own (ext4 in a file, mounted), which can be filled to the
 * last byte and be freed again. Unlike {@link FullDisk} it is no memory, which a journal refuses.
 */
final class SmallDisk implements AutoCloseable {
  private static final int MIB = 64;

  private final Path mountPoint;
  private final Path filler;

  private SmallDisk(Path mountPoint) {
    this.mountPoint = mountPoint;
    filler = mountPoint.resolve("filler");
  }

  /**
   * @param image to be made
   * @param mountPoint to be made, and the disk's root
   * @throws IOException if this user or this machine cannot mount one
   */
  static SmallDisk mount(Path image, Path mountPoint) throws IOException, InterruptedException {
    Files.createDirectories(mountPoint);
    run("truncate", "-s", MIB + "M", image.toString());
    // No blocks kept back for a user who may write everywhere.
    run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    // No power is cut here: a sync that waits for no cache makes more of a round's time.
    run("mount", "-o", "loop,barrier=0", image.toString(), mountPoint.toString());
    return new SmallDisk(mountPoint);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var ended = Distribution.run(Map.of(), command);
    if (ended.exitCode() != 0) {
      throw new IOException(String.join(" ", command) + ": " + ended.err());
    }
  }

  /** From now on nothing can be written but into blocks that files have already. */
  void fill() {
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (byte[] block = new byte[4096]; ; ) {
        out.write(block);
      }
    } catch (IOException full) {
      // What was meant.
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() throws IOException {
    // Lazily: a server that was killed a moment ago may still have files open.
    new ProcessBuilder("umount", "-l", mountPoint.toString()).start().onExit().join();
  }
}
