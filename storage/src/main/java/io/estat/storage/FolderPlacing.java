package io.estat.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives a hidden file, whose bytes are on the disk, its metadata and the object's own name: the
 * name appears last, in one atomic step. A crash leaves hidden files at most, which nobody can
 * meet. Used by one thread at a time.
 */
final class FolderPlacing {
  /** What Linux says where links are unknown: EPERM (vfat), EOPNOTSUPP, ENOSYS (some of FUSE). */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

  private final FolderFiles files;
  private final Path object;
  private final Path folder;
  private final Path temporary;
  private final Path replaced;
  private @Nullable Path metadata;
  private boolean placed;

  /**
   * @param temporary in the object's folder
   */
  FolderPlacing(FolderFiles files, Path object, Path temporary) {
    this.files = files;
    this.object = object;
    this.temporary = temporary;
    folder = Objects.requireNonNull(object.getParent(), "an object lies in the store's folder");
    replaced = folder.resolve(".put-" + UUID.randomUUID() + ".old");
  }

  /** Whether the object's name may have appeared: then a failure does not say that it is absent. */
  boolean placed() {
    return placed;
  }

  /** The object was found under its name, whatever was reported. */
  void found() {
    placed = true;
  }

  /** Whether a failure means that another object has the name. */
  boolean isTaken(Exception e) {
    return e instanceof FileAlreadyExistsException && Files.isRegularFile(object);
  }

  void run(FolderMetadata known, long bytes, boolean onlyIfAbsent) throws IOException {
    writeMetadata(known, bytes);
    if (onlyIfAbsent) {
      link();
      placed = true;
      files.delete(temporary);
      return;
    }
    boolean held = holdReplaced();
    files.rename(temporary, object);
    placed = true;
    if (held) {
      files.delete(FolderMetadata.file(object, files.inode(replaced)));
      files.delete(replaced);
    }
  }

  private void writeMetadata(FolderMetadata known, long bytes) throws IOException {
    Path file = FolderMetadata.file(object, files.inode(temporary));
    metadata = file;
    // The temporary holds this inode, so a file of that name is an orphan of a deleted one.
    files.delete(file);
    files.write(file, new ByteContent(known.encode(object, bytes)));
    // Otherwise a power cut could keep the object's name and lose this one.
    files.syncFolder(folder);
  }

  private void link() throws IOException {
    try {
      files.link(object, temporary);
    } catch (UnsupportedOperationException e) {
      throw noLinks(e);
    } catch (FileSystemException e) {
      if (!isLinked()) {
        throw NO_LINKS.contains(String.valueOf(e.getReason())) ? noLinks(e) : e;
      }
    }
  }

  /** NFS repeats a link whose answer was lost, and then finds the name taken (see open(2)). */
  private boolean isLinked() {
    try {
      return files.inode(object) == files.inode(temporary);
    } catch (IOException e) {
      return false;
    }
  }

  private StoreException noLinks(Exception e) {
    return new StoreException(
        StoreException.Kind.CONDITION_REFUSED,
        folder
            + " lies on a file system without hard links, which a conditional put needs in order to"
            + " be atomic; use one that has them (ext4, xfs, btrfs, tmpfs, NFS)",
        e);
  }

  /** A second name for what is about to be replaced: its inode is not reused before it goes. */
  private boolean holdReplaced() throws IOException {
    try {
      files.link(replaced, object);
      return true;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false; // Nothing to be replaced, or no links here: then its metadata stays, unused.
    }
  }

  /** Metadata first, as long as the temporary keeps its inode from being given to another file. */
  void removeHidden() throws IOException {
    if (metadata != null && !placed) {
      files.delete(metadata);
    }
    files.delete(temporary);
    files.delete(replaced);
  }
}
