package io.estat.ingest.disk;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine's own disk. */
public final class FileDisk implements Disk {
  @Override
  public void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    createFolders(parent);
    Files.createDirectories(folder);
    syncFolder(parent);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    try {
      return new Appending(new FileOutputStream(file.toFile()));
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public InputStream open(Path file) throws IOException {
    // A plain stream: reading through a channel would be cut short by an interrupt.
    try {
      return new FileInputStream(file.toFile());
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public long size(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new NoSuchFileException(file.toString(), null, "not a regular file");
    }
    return attributes.size();
  }

  @Override
  public void sync(Path file) throws IOException {
    long _ = size(file);
    // Linux writes the pages of the file, whoever opened it and how. A plain file, as in truncate.
    try (FileInputStream open = new FileInputStream(file.toFile())) {
      open.getFD().sync();
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    long size = size(file);
    // A plain file: a channel would be cut short by an interrupt.
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(Math.min(length, size));
      open.getFD().sync();
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public boolean delete(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    return Files.deleteIfExists(file);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings("StreamResourceLeak") // the listing's owner closes it
  @Override
  public Listing list(Path folder) throws IOException {
    DirectoryStream<Path> entries = Files.newDirectoryStream(folder);
    Iterator<Path> each = entries.iterator();
    return new Listing() {
      @Override
      public @Nullable String next() throws IOException {
        try {
          return each.hasNext() ? each.next().getFileName().toString() : null;
        } catch (DirectoryIteratorException e) {
          throw e.getCause();
        }
      }

      @Override
      public void close() throws IOException {
        entries.close();
      }
    };
  }

  @Override
  public Closeable lock(Path folder, String holder) throws IOException {
    return FolderLock.take(folder, holder);
  }

  @Override
  public String fileSystemType(Path folder) throws IOException {
    return Files.getFileStore(folder).type();
  }

  /** The message is all that the platform gives to tell a full disk from a broken one. */
  private static IOException explained(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("Too many open files")) {
      return new TooManyFilesException(message, e);
    }
    boolean full =
        message.contains("No space left on device") || message.contains("Disk quota exceeded");
    return full ? new NoSpaceException(message, e) : e;
  }

  private static final class Appending extends DiskFile {
    /** One for all: memory that is allocated for each use comes back late. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();

    private final FileOutputStream out;

    Appending(FileOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw explained(e);
      }
    }

    /** In one system call, and off-heap memory without a copy. */
    @Override
    public void write(List<ByteBuffer> parts) throws IOException {
      ByteBuffer[] left = parts.toArray(ByteBuffer[]::new);
      try {
        long remaining = parts.stream().mapToLong(ByteBuffer::remaining).sum();
        while (remaining > 0) {
          remaining -= out.getChannel().write(left);
        }
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public void reserve(int bytes) throws IOException {
      try {
        FileChannel channel = out.getChannel();
        // At places of their own, so that the next write goes on where the last one ended.
        long at = channel.size();
        for (long end = at + bytes; at < end; ) {
          int length = (int) Math.min(end - at, ZEROS.capacity());
          at += channel.write(ZEROS.slice(0, length), at);
        }
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public void syncData() throws IOException {
      try {
        out.getChannel().force(false);
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public void sync() throws IOException {
      try {
        out.getFD().sync();
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
