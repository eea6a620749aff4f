package io.estat.ingest.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An operating system's lock on {@code <folder>/.lock}: gone with the process, however it ends. The
 * file itself stays, since removing it would let two others lock two different files.
 */
final class FolderLock implements Closeable {
  static final String FILE = ".lock";
  private static final int HOLDER_MAX_BYTES = 4096;

  /**
   * Folders this process holds, with their holders. Looked at before the file is touched: POSIX
   * drops a process's lock as soon as the process closes any descriptor of the file.
   */
  private static final Map<Path, String> HELD_HERE = new ConcurrentHashMap<>();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static FolderLock take(Path folder, String holder) throws IOException {
    Path real = folder.toRealPath();
    String heldBy = HELD_HERE.putIfAbsent(real, holder);
    if (heldBy != null) {
      throw new FolderHeldException(folder, heldBy);
    }
    try {
      return new FolderLock(real, locked(real, holder));
    } catch (IOException e) {
      HELD_HERE.remove(real);
      throw e;
    }
  }

  private static FileChannel locked(Path folder, String holder) throws IOException {
    Path file = folder.resolve(FILE);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new FolderHeldException(folder, holderIn(file));
      }
      channel.truncate(0);
      ByteBuffer text = ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String holderIn(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(HOLDER_MAX_BYTES), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "unknown" : text;
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.close();
      HELD_HERE.remove(folder);
    }
  }
}
