package io.estat.testkit;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectKeys;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartLimits;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.UploadBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A bucket in memory, by the same contract as the real ones: the plain twin that other stores and
 * whole servers are compared with. Bounded only by what is put into it.
 */
public final class MemoryStore implements ObjectStore {
  private static final int PAGE = 1000;

  private final NavigableMap<String, Stored> objects =
      new ConcurrentSkipListMap<>(ObjectKeys.ORDER);
  private final Set<MemoryUpload> openUploads = ConcurrentHashMap.newKeySet();

  private final PartLimits limits;

  /** With parts as small as they can be, three at a time. */
  public MemoryStore() {
    this(new PartLimits(UploadBudget.SLAB_BYTES, 1, 10_000, 3));
  }

  /** With the limits of another store for the parts of uploads. */
  public MemoryStore(PartLimits limits) {
    this.limits = limits;
  }

  /** A class, not a record, since equality of objects is not wanted. */
  private static final class Stored {
    final byte[] bytes;
    final ObjectInfo info;

    Stored(byte[] bytes, ObjectInfo info) {
      this.bytes = bytes;
      this.info = info;
    }
  }

  @Override
  public String url() {
    return "memory://test";
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    byte[] bytes = read(put);
    var stored =
        new Stored(
            bytes, new ObjectInfo(put.key(), bytes.length, put.contentType(), put.metadata()));
    if (!put.onlyIfAbsent()) {
      objects.put(put.key(), stored);
      return PutOutcome.STORED;
    }
    return objects.putIfAbsent(put.key(), stored) == null ? PutOutcome.STORED : PutOutcome.EXISTS;
  }

  private static byte[] read(ObjectPut put) throws StoreException {
    byte[] bytes;
    try (InputStream in = put.content().open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new StoreException(Kind.UNKNOWN_OUTCOME, "put of " + put.key() + " was cut off", e);
    }
    var crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != put.content().length() || (int) crc.getValue() != put.content().crc32()) {
      throw new StoreException(
          Kind.REJECTED, "put of " + put.key() + ": length or CRC-32 are not as announced", null);
    }
    return bytes;
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) {
    return Optional.ofNullable(objects.get(key)).map(stored -> stored.info);
  }

  @Override
  public InputStream open(String key) throws StoreException {
    return new ByteArrayInputStream(bytes(key));
  }

  /** The object's bytes; nobody may change them. */
  public byte[] bytes(String key) throws StoreException {
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new StoreException(Kind.NO_OBJECT, "no object " + key + " in " + url(), null);
    }
    return stored.bytes;
  }

  /** All keys in the order of a listing. */
  public List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) {
    return objects.tailMap(startAfter == null ? "" : startAfter, false).values().stream()
        .filter(stored -> stored.info.key().startsWith(prefix))
        .limit(PAGE)
        .map(stored -> new ObjectInfo(stored.info.key(), stored.info.bytes(), "", Map.of()))
        .toList();
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return new MemoryUpload(this, request, limits, openUploads);
  }

  @Override
  public int abortUploads(String prefix) {
    int before = openUploads.size();
    openUploads.removeIf(upload -> upload.key().startsWith(prefix));
    return before - openUploads.size();
  }

  /** Removes an object, if there is one. */
  void remove(String key) {
    objects.remove(key);
  }

  @Override
  public void close() {}
}
