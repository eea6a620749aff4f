package io.estat.storage.gcs;

import com.google.api.gax.paging.Page;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobSourceOption;
import com.google.cloud.storage.Storage.BlobWriteOption;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.gcs.GcsFailures.Call;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of Cloud Storage. A put reads its content twice: the checksum goes before the bytes. Any
 * thread.
 */
final class GcsStore implements ObjectStore {
  private static final int PAGE = 1000;

  private final String bucket;
  private final Duration timeout;
  private final Supplier<GcsConnection> connect;

  // Both guarded by this.
  private @Nullable GcsConnection connection;
  private boolean closed;

  /**
   * @param timeout of calls that carry none
   * @param connect called at the first use and not before, so that a server is ready without having
   *     loaded the library; again at the next one if it threw
   */
  GcsStore(String bucket, Duration timeout, Supplier<GcsConnection> connect) {
    this.bucket = bucket;
    this.timeout = timeout;
    this.connect = connect;
  }

  @Override
  public String url() {
    return "gs://" + bucket;
  }

  String bucket() {
    return bucket;
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    return insert(put).isPresent() ? PutOutcome.STORED : PutOutcome.EXISTS;
  }

  /** The object that was stored, or empty if one had the key. */
  Optional<Blob> insert(ObjectPut put) throws StoreException {
    String doing = "put of " + put.key() + " into " + url();
    GcsConnection connection = connection(doing);
    BlobInfo info =
        BlobInfo.newBuilder(bucket, put.key())
            .setContentType(put.contentType())
            .setMetadata(put.metadata())
            .setCrc32c(GcsContent.crc32c(doing, put.content()))
            .build();
    try {
      return Optional.of(connection.within(put.timeout(), () -> create(connection, info, put)));
    } catch (IOException | RuntimeException e) {
      if (put.onlyIfAbsent() && GcsFailures.status(e) == 412) {
        return Optional.empty();
      }
      throw GcsFailures.explain(doing, Call.OTHER, e);
    }
  }

  /** Deprecated because it cannot be repeated, which it must not be. */
  @SuppressWarnings("deprecation")
  private static Blob create(GcsConnection connection, BlobInfo info, ObjectPut put)
      throws IOException {
    // Without the last the library would compress, on the way, what is compressed.
    var options =
        new ArrayList<>(
            List.of(BlobWriteOption.crc32cMatch(), BlobWriteOption.disableGzipContent()));
    if (put.onlyIfAbsent()) {
      options.add(BlobWriteOption.doesNotExist());
    }
    try (InputStream in = put.content().open()) {
      return connection.storage().create(info, in, options.toArray(BlobWriteOption[]::new));
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    return find(key, timeout).map(GcsStore::info);
  }

  Optional<Blob> find(String key, Duration timeout) throws StoreException {
    String doing = "head of " + key + " in " + url();
    GcsConnection connection = connection(doing);
    try {
      return Optional.ofNullable(
          connection.within(timeout, () -> connection.storage().get(BlobId.of(bucket, key))));
    } catch (IOException | RuntimeException e) {
      throw GcsFailures.explain(doing, Call.HEAD, e);
    }
  }

  static ObjectInfo info(Blob blob) {
    var metadata = new TreeMap<String, String>();
    @Nullable Map<String, @Nullable String> found = blob.getMetadata();
    if (found != null) {
      found.forEach(
          (name, value) -> metadata.put(name.toLowerCase(Locale.ROOT), String.valueOf(value)));
    }
    @Nullable String type = blob.getContentType();
    return new ObjectInfo(blob.getName(), blob.getSize(), type == null ? "" : type, metadata);
  }

  @Override
  public InputStream open(String key) throws StoreException {
    String doing = "open of " + key + " in " + url();
    GcsConnection connection = connection(doing);
    // Raw: an object that says it is gzip would otherwise be unpacked on the way.
    var stream =
        new GcsStream(
            connection
                .storage()
                .reader(BlobId.of(bucket, key), BlobSourceOption.shouldReturnRawInputStream(true)),
            e -> GcsFailures.explain(doing, Call.OPEN, e));
    try {
      return connection.within(timeout, stream::begin);
    } catch (StoreException e) {
      stream.close();
      throw e;
    } catch (IOException e) {
      stream.close();
      throw GcsFailures.explain(doing, Call.OPEN, e);
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException {
    String doing = "listing of '" + prefix + "' in " + url();
    GcsConnection connection = connection(doing);
    try {
      return connection.within(timeout, () -> list(connection, prefix, startAfter));
    } catch (IOException | RuntimeException e) {
      throw GcsFailures.explain(doing, Call.OTHER, e);
    }
  }

  private List<ObjectInfo> list(
      GcsConnection connection, String prefix, @Nullable String startAfter) {
    var options = new ArrayList<BlobListOption>();
    options.add(BlobListOption.prefix(prefix));
    options.add(BlobListOption.pageSize(PAGE));
    options.add(BlobListOption.fields(BlobField.NAME, BlobField.SIZE));
    if (startAfter != null) {
      options.add(BlobListOption.startOffset(startAfter));
    }
    Page<Blob> page = connection.storage().list(bucket, options.toArray(BlobListOption[]::new));
    var objects = new ArrayList<ObjectInfo>(PAGE);
    while (page != null) {
      for (Blob blob : page.getValues()) {
        // The offset itself is listed, too.
        if (!blob.getName().equals(startAfter)) {
          objects.add(new ObjectInfo(blob.getName(), blob.getSize(), "", Map.of()));
        }
      }
      // An empty page means the end to the caller, but a server may send one on the way.
      page = objects.isEmpty() && page.hasNextPage() ? page.getNextPage() : null;
    }
    return objects;
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return new GcsUpload(this, request);
  }

  /** None: sessions are invisible, cost nothing and expire after a week. */
  @Override
  public int abortUploads(String prefix) {
    return 0;
  }

  /** Removes this very object, unless it was replaced or removed. */
  void delete(Blob blob, Duration timeout) throws StoreException {
    String doing = "removal of " + blob.getName() + " from " + url();
    GcsConnection connection = connection(doing);
    try {
      connection.within(
          timeout,
          () ->
              connection
                  .storage()
                  .delete(
                      BlobId.of(bucket, blob.getName()),
                      BlobSourceOption.generationMatch(blob.getGeneration())));
    } catch (IOException | RuntimeException e) {
      if (GcsFailures.status(e) != 412) {
        throw GcsFailures.explain(doing, Call.OTHER, e);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (connection != null) {
      connection.close();
    }
  }

  synchronized GcsConnection connection(String doing) throws StoreException {
    if (closed) {
      throw new IllegalStateException(doing + ": the store is closed");
    }
    try {
      if (connection == null) {
        connection = connect.get();
      }
      return connection;
    } catch (RuntimeException e) {
      throw GcsFailures.noCredentials(doing, e);
    }
  }
}
