package io.estat.ingest.journal;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PartSink;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.testkit.MemoryStore;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bucket that knows no conditional puts and lets nobody ask what it has: every put of a key that
 * is taken replaces the object. So nothing but equal bytes keeps an object as it was.
 */
final class BlindStore implements ObjectStore {
  private final MemoryStore inner;
  private final List<String> changed = new ArrayList<>();
  private int overwritten;

  BlindStore(MemoryStore inner) {
    this.inner = inner;
  }

  /** Keys whose object was replaced by one that is not the same. */
  List<String> changed() {
    return changed;
  }

  /** How often an object was replaced at all. */
  int overwritten() {
    return overwritten;
  }

  @Override
  public PutOutcome put(ObjectPut put) throws StoreException {
    if (put.onlyIfAbsent()) {
      throw new StoreException(Kind.CONDITION_REFUSED, "no conditions are known here", null);
    }
    Optional<ObjectInfo> before = inner.head(put.key(), put.timeout());
    byte[] bytes = before.isPresent() ? inner.bytes(put.key()) : new byte[0];
    PutOutcome outcome = inner.put(put);
    if (before.isPresent()) {
      overwritten++;
      if (!before.equals(inner.head(put.key(), put.timeout()))
          || !Arrays.equals(bytes, inner.bytes(put.key()))) {
        changed.add(put.key());
      }
    }
    return outcome;
  }

  @Override
  public Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException {
    throw new StoreException(Kind.DENIED, "nobody may ask for " + key, null);
  }

  @Override
  public String url() {
    return inner.url();
  }

  @Override
  public InputStream open(String key) throws StoreException {
    return inner.open(key);
  }

  @Override
  public List<ObjectInfo> list(String prefix, @Nullable String startAfter) {
    return inner.list(prefix, startAfter);
  }

  @Override
  public PartSink sink(ObjectUploadRequest request) {
    return inner.sink(request);
  }

  @Override
  public int abortUploads(String prefix) {
    return inner.abortUploads(prefix);
  }

  @Override
  public void close() {
    inner.close();
  }
}
