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
 * One put into a folder: bytes and metadata are on the disk under hidden names before the object's
 * own name appears, in one atomic step. A crash leaves hidden files at most, which no later put can
 * meet. Used by one thread.
 */
final class FolderPut {
  /** What Linux says where links are unknown: EPERM (vfat), EOPNOTSUPP, ENOSYS (some of FUSE). */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

  private final FolderFiles files;
  private final ObjectPut put;
  private final Path object;
  private final Path folder;
  private final Path temporary;
  private final Path replaced;
  private @Nullable Path metadata;
  private boolean placed;

  FolderPut(FolderFiles files, Path object, ObjectPut put) {
    this.files = files;
    this.put = put;
    this.object = object;
    folder = Objects.requireNonNull(object.getParent(), "an object lies in the store's folder");
    String unique = ".put-" + UUID.randomUUID();
    temporary = folder.resolve(unique + ".tmp");
    replaced = folder.resolve(unique + ".old");
  }

  PutOutcome run() throws IOException {
    if (put.onlyIfAbsent() && Files.isRegularFile(object)) {
      return PutOutcome.EXISTS;
    }
    try {
      files.createFolders(folder);
      files.write(temporary, put.content());
      writeMetadata();
      place();
    } catch (IOException | RuntimeException e) {
      boolean exists =
          put.onlyIfAbsent()
              && e instanceof FileAlreadyExistsException
              && Files.isRegularFile(object);
      removeHidden(e);
      if (exists) {
        return PutOutcome.EXISTS;
      }
      throw e;
    }
    files.syncFolder(folder);
    return PutOutcome.STORED;
  }

  /** Whether the object's name may have appeared: then a failure does not say that it is absent. */
  boolean placed() {
    return placed;
  }

  private void writeMetadata() throws IOException {
    Path file = FolderMetadata.file(object, files.inode(temporary));
    metadata = file;
    // The temporary holds this inode, so a file of that name is an orphan of a deleted one.
    files.delete(file);
    files.write(file, new ByteContent(FolderMetadata.encode(object, put)));
    // Otherwise a power cut could keep the object's name and lose this one.
    files.syncFolder(folder);
  }

  private void place() throws IOException {
    if (put.onlyIfAbsent()) {
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

  private void link() throws IOException {
    try {
      files.link(object, temporary);
    } catch (UnsupportedOperationException e) {
      throw noLinks(e);
    } catch (FileSystemException e) {
      throw NO_LINKS.contains(String.valueOf(e.getReason())) ? noLinks(e) : e;
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
  private void removeHidden(Exception failure) {
    try {
      if (metadata != null && !placed) {
        files.delete(metadata);
      }
      files.delete(temporary);
      files.delete(replaced);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
