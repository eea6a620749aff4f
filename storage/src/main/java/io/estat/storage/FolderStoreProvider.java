package io.estat.storage;

import java.net.URI;
import java.nio.file.Path;

/** Opens {@code file:///folder}. */
public final class FolderStoreProvider implements ObjectStoreProvider {
  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public ObjectStore open(URI url, StoreSettings settings) {
    String path = url.getPath();
    boolean hasHost = url.getRawAuthority() != null;
    if (path == null || !path.startsWith("/") || hasHost || url.getQuery() != null) {
      throw new IllegalArgumentException(
          "store " + url + " is refused: a folder is written file:///absolute/path");
    }
    Path root = Path.of(path);
    if (!root.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      throw new IllegalArgumentException(
          "store " + url + " is refused: a folder store needs a POSIX system (inode numbers)");
    }
    return new FolderStore(root);
  }
}
