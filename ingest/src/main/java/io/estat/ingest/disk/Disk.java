package io.estat.ingest.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The few file operations that durability rests on. A new or renamed file survives a power cut when
 * its bytes were synced and then its folder was; nothing less is promised.
 *
 * <p>Any thread may call. A thread's interrupt never cuts an operation short: shutting down must
 * not damage what is being saved; {@link DiskFile#write(java.util.List)} alone may fail then. A
 * full disk is told apart from other failures as {@link NoSpaceException}.
 */
public interface Disk {
  /** Makes the folder and its parents where they are missing. */
  void createFolders(Path folder) throws IOException;

  /** A new empty file, in the place of one that has the name; only its end can be written. */
  DiskFile create(Path file) throws IOException;

  /**
   * The file's bytes from the first; the caller closes.
   *
   * @throws TooManyFilesException if it says nothing of the file that it cannot be opened now
   */
  InputStream open(Path file) throws IOException;

  /**
   * Length in bytes.
   *
   * @throws java.nio.file.NoSuchFileException if nothing has the name, or a folder, a link or
   *     another thing that is not a regular file
   */
  long size(Path file) throws IOException;

  /**
   * Returns when all bytes of the file survive a power cut, also those that a process wrote that is
   * dead by now. Not for a file that is being written.
   *
   * @throws java.nio.file.NoSuchFileException as {@link #size} does
   */
  void sync(Path file) throws IOException;

  /**
   * Cuts the file down to its first bytes, if it has more; returns when that survives a power cut.
   * Not for a file that is being written.
   *
   * @throws java.nio.file.NoSuchFileException as {@link #size} does
   */
  void truncate(Path file, long length) throws IOException;

  /** Renames within a folder, in one step, in the place of a file that has the name. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a regular file; false if there is none. */
  boolean delete(Path file) throws IOException;

  /** Makes creations, renames and deletions in the folder survive a power cut. */
  void syncFolder(Path folder) throws IOException;

  /** The folder's names, read from the disk as they are asked for, in no order. */
  Listing list(Path folder) throws IOException;

  /**
   * Takes the folder for this process until the result is closed or the process dies.
   *
   * @param holder one line of JSON that tells others who holds it
   * @throws FolderHeldException if another process, or another part of this one, holds it
   */
  Closeable lock(Path folder, String holder) throws IOException;

  /** Such as {@code ext4} or {@code tmpfs}; what the folder is kept on. */
  String fileSystemType(Path folder) throws IOException;

  /** A folder being read; one thread at a time. */
  interface Listing extends Closeable {
    /** The next name, or null at the end. */
    @Nullable String next() throws IOException;
  }
}
