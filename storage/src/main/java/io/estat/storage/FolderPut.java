package io.estat.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/** One put into a folder: the bytes go to a hidden file first. Used by one thread. */
final class FolderPut {
  private final FolderFiles files;
  private final ObjectPut put;
  private final Path object;
  private final Path folder;
  private final Path temporary;
  private final FolderPlacing placing;

  FolderPut(FolderFiles files, Path object, ObjectPut put) {
    this.files = files;
    this.put = put;
    this.object = object;
    folder = Objects.requireNonNull(object.getParent(), "an object lies in the store's folder");
    temporary = folder.resolve(".put-" + UUID.randomUUID() + ".tmp");
    placing = new FolderPlacing(files, object, temporary);
  }

  PutOutcome run() throws IOException {
    if (put.onlyIfAbsent() && Files.isRegularFile(object)) {
      return PutOutcome.EXISTS;
    }
    try {
      files.createFolders(folder);
      files.write(temporary, put.content());
      var known = new FolderMetadata(put.contentType(), put.metadata());
      placing.run(known, put.content().length(), put.onlyIfAbsent());
    } catch (IOException | RuntimeException e) {
      boolean exists = put.onlyIfAbsent() && placing.isTaken(e);
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
    return placing.placed();
  }

  private void removeHidden(Exception failure) {
    try {
      placing.removeHidden();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
