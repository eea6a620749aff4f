package io.estat.storage;

import io.estat.storage.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An upload into a folder: parts are written in sequence to a hidden file beside the object, which
 * the commit syncs and links. Called as {@link PartSink} says, never by two threads at once.
 */
final class FolderUpload implements PartSink {
  private static final PartLimits LIMITS = new PartLimits(1, 1, Integer.MAX_VALUE, 1);

  private final FolderStore store;
  private final FolderFiles files;
  private final Path root;
  private final Path object;
  private final Path folder;
  private final ObjectUploadRequest request;
  private final Path temporary;
  private final FolderPlacing placing;
  private @Nullable FileChannel out;
  private @Nullable IOException unsynced;

  FolderUpload(
      FolderStore store, FolderFiles files, Path root, Path object, ObjectUploadRequest request) {
    this.store = store;
    this.files = files;
    this.root = root;
    this.object = object;
    this.request = request;
    folder = Objects.requireNonNull(object.getParent(), "an object lies in the store's folder");
    temporary = FolderOrphans.temporary(object);
    placing = new FolderPlacing(files, object, temporary);
  }

  @Override
  public PartLimits limits() {
    return LIMITS;
  }

  @Override
  public void open() throws StoreException {
    if (out == null) {
      step(
          () -> {
            files.createFolders(folder);
            out = files.create(temporary);
          });
    }
  }

  @Override
  public void send(Part part) throws StoreException {
    step(
        () -> {
          FileChannel file = Objects.requireNonNull(out, "parts are sent after open");
          if (files.writeAt(file, part.offset(), part.buffers()) != part.crc32c()) {
            throw new StoreException(
                Kind.REJECTED, part + " is not as its checksum says, it was refused", null);
          }
        });
  }

  @Override
  public UploadOutcome complete(Part tail, ObjectSum sum) throws StoreException {
    if (out == null) {
      var put =
          new ObjectPut(
              request.key(),
              tail,
              request.contentType(),
              request.metadata(),
              true,
              request.partTimeout());
      return store.put(put) == PutOutcome.STORED
          ? UploadOutcome.stored(request.key(), sum)
          : new UploadOutcome.Exists(request.key());
    }
    return place(out, sum);
  }

  private UploadOutcome place(FileChannel file, ObjectSum sum) throws StoreException {
    try {
      syncOnce(file);
      requireSize(file.size(), sum);
      placing.run(new FolderMetadata(request.contentType(), request.metadata()), sum.bytes(), true);
      files.syncFolder(folder);
      return UploadOutcome.stored(request.key(), sum);
    } catch (IOException e) {
      if (!placing.placed() && placing.isTaken(e)) {
        return new UploadOutcome.Exists(request.key());
      }
      throw explain(e);
    }
  }

  /** What a failed sync has not written the system forgets, and lets the next one succeed. */
  private void syncOnce(FileChannel file) throws StoreException {
    try {
      if (unsynced == null) {
        files.sync(file);
      }
    } catch (IOException e) {
      unsynced = e;
    }
    if (unsynced != null) {
      throw new StoreException(
          Kind.REJECTED,
          "the hidden file could not be synced to the disk ("
              + unsynced.getMessage()
              + "), so bytes of it may be lost; begin anew",
          unsynced);
    }
  }

  private static void requireSize(long bytes, ObjectSum sum) throws StoreException {
    if (bytes != sum.bytes()) {
      throw new StoreException(
          Kind.REJECTED,
          "the hidden file has %d bytes instead of %d".formatted(bytes, sum.bytes()),
          null);
    }
  }

  @Override
  public Optional<UploadOutcome> find(ObjectSum sum) throws StoreException {
    Optional<ObjectInfo> found = store.head(request.key(), Duration.ZERO);
    if (found.filter(request::isOurs).isPresent()) {
      // The commit may have failed between the name and its sync.
      placing.found();
      step(() -> files.syncFolder(folder));
    }
    return found.map(info -> request.outcome(info, sum));
  }

  @Override
  public void abort(boolean mayBeVisible) throws StoreException {
    step(
        () -> {
          if (mayBeVisible && isOurs()) {
            // Metadata first, as long as the object keeps its inode from another file.
            files.delete(FolderMetadata.file(object, files.inode(object)));
            files.delete(object);
          }
          if (out != null) {
            out.close();
            placing.removeHidden();
          }
        });
  }

  private boolean isOurs() throws StoreException {
    return store.head(request.key(), Duration.ZERO).filter(request::isOurs).isPresent();
  }

  /** One or more changes of the disk. */
  private interface Step {
    void run() throws IOException;
  }

  private void step(Step step) throws StoreException {
    try {
      step.run();
    } catch (IOException e) {
      throw explain(e);
    }
  }

  private StoreException explain(IOException e) {
    return FolderFailures.explain(
        "upload of " + request.key() + " into " + store.url(), root, object, e);
  }
}
