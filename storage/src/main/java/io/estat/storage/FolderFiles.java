package io.estat.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The steps that change the disk; a test's subclass makes each of them fail or be the last. */
class FolderFiles {

  /** Writes and syncs a new file. */
  void write(Path file, ObjectContent content) throws IOException {
    var crc = new CRC32();
    long bytes = 0;
    try (InputStream in = content.open();
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[Math.clamp(content.length(), 1, 1 << 17)];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
        bytes += n;
        for (ByteBuffer rest = ByteBuffer.wrap(buffer, 0, n); rest.hasRemaining(); ) {
          out.write(rest);
        }
      }
      out.force(true);
    }
    if (bytes != content.length() || (int) crc.getValue() != content.crc32()) {
      throw new StoreException(
          StoreException.Kind.REJECTED,
          "the content gave %d bytes with CRC-32 %08x, announced were %d with %08x"
              .formatted(bytes, (int) crc.getValue(), content.length(), content.crc32()),
          null);
    }
  }

  /** A new file that is written piece by piece. */
  FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes at a place in the file, not synced; returns the CRC-32C of the bytes. */
  int writeAt(FileChannel file, long offset, List<ByteBuffer> bytes) throws IOException {
    var crc = new CRC32C();
    long at = offset;
    for (ByteBuffer buffer : bytes) {
      crc.update(buffer.duplicate());
      for (ByteBuffer rest = buffer.duplicate(); rest.hasRemaining(); ) {
        at += file.write(rest, at);
      }
    }
    return (int) crc.getValue();
  }

  void sync(FileChannel file) throws IOException {
    file.force(true);
  }

  /** Creates what is missing of the folder and its parents, and makes that last. */
  void createFolders(Path folder) throws IOException {
    var missing = new ArrayDeque<Path>();
    for (@Nullable Path at = folder; at != null && !Files.isDirectory(at); at = at.getParent()) {
      missing.push(at);
    }
    for (Path at : missing) {
      try {
        Files.createDirectory(at);
      } catch (FileAlreadyExistsException e) {
        // Another writer may have been faster.
        if (!Files.isDirectory(at)) {
          throw e;
        }
      }
      Path parent = at.getParent();
      if (parent != null) {
        syncFolder(parent);
      }
    }
  }

  /** Gives the file a second name, unless something has that name: the atomic conditional put. */
  void link(Path name, Path file) throws IOException {
    Files.createLink(name, file);
  }

  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** Makes names that were created or removed in the folder last through a power cut. */
  void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  final long inode(Path file) throws IOException {
    return (Long) Files.getAttribute(file, "unix:ino");
  }
}
