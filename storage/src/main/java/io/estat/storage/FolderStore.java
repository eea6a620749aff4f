package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A local folder as a bucket: a key's segments are folders and a file below it, which the first put
 * creates. Objects appear whole, synced to the disk and with their metadata, or not at all; several
 * threads and processes may share the folder. Names that start with a dot are the store's own.
 *
 * <p>Two differences from a bucket: an object and objects below its key exclude each other, and
 * timeouts do not interrupt the disk. An interrupt of the thread ends a put with {@link
 * Kind#UNKNOWN_OUTCOME} and stays set.
 */
public final class FolderStore implements ObjectStore {
  private final Path root;
  private final FolderFiles files;

  public FolderStore(Path root) {
    this(root, new FolderFiles());
  }

  FolderStore(Path root, FolderFiles files) {
    this.root = root.toAbsolutePath().normalize();
    this.files = files;
  }

  @Override
  public String url() {
    return "file://" + root;
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    Path object = path(put.key());
    var steps = new FolderPut(files, object, put);
    try {
      return steps.run();
    } catch (IOException e) {
      StoreException explained =
          FolderFailures.explain("put of " + put.key() + " into " + url(), root, object, e);
      if (!steps.placed()) {
        throw explained;
      }
      throw new StoreException(
          Kind.UNKNOWN_OUTCOME, explained.getMessage() + "; the object may be there", e);
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    Path object = path(key);
    try {
      while (true) {
        long inode = files.inode(object);
        var found = Files.readAttributes(object, BasicFileAttributes.class);
        if (!found.isRegularFile()) {
          return Optional.empty();
        }
        long bytes = found.size();
        FolderMetadata known = FolderMetadata.read(object, inode, bytes);
        // A put may have replaced the object, and removed its metadata, since the first look.
        if (files.inode(object) == inode) {
          return Optional.of(new ObjectInfo(key, bytes, known.contentType(), known.metadata()));
        }
      }
    } catch (IOException e) {
      if (isAbsent(object, e)) {
        return Optional.empty();
      }
      throw FolderFailures.explain("head of " + key + " in " + url(), root, object, e);
    }
  }

  @Override
  public InputStream open(String key) throws StoreException {
    Path object = path(key);
    try {
      if (Files.isDirectory(object)) {
        throw new NoSuchFileException(object.toString());
      }
      return Files.newInputStream(object);
    } catch (IOException e) {
      if (isAbsent(object, e)) {
        throw new StoreException(Kind.NO_OBJECT, "no object " + key + " in " + url(), e);
      }
      throw FolderFailures.explain("open of " + key + " in " + url(), root, object, e);
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException {
    try {
      return new FolderListing(prefix, startAfter).page(root);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw FolderFailures.explain("listing of '" + prefix + "' in " + url(), root, root, e);
    }
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return new FolderUpload(this, files, root, path(request.key()), request);
  }

  @Override
  public int abortUploads(String prefix) throws StoreException {
    try {
      return new FolderOrphans(files, prefix).remove(root);
    } catch (IOException e) {
      throw FolderFailures.explain("clean-up of '" + prefix + "' in " + url(), root, root, e);
    }
  }

  @Override
  public void close() {}

  private Path path(String key) {
    Path path = root;
    for (String segment : List.of(ObjectKeys.requirePlain(key).split("/", -1))) {
      path = path.resolve(FolderNames.fileName(segment));
    }
    return path;
  }

  /** Nothing has the name, or a parent of it is a file (which the system reports differently). */
  private boolean isAbsent(Path object, IOException e) {
    if (e instanceof NoSuchFileException) {
      return true;
    }
    if (!(e instanceof FileSystemException)) {
      return false;
    }
    for (@Nullable Path at = object.getParent();
        at != null && !at.equals(root);
        at = at.getParent()) {
      if (Files.isRegularFile(at)) {
        return true;
      }
    }
    return false;
  }
}
