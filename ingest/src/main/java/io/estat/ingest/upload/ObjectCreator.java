package io.estat.ingest.upload;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates an object and never replaces one: conditionally, or, where the store knows no conditions,
 * after a look. Takes an object that is already there for its own only if its metadata says so, and
 * goes on to the next name if it is somebody else's. The uploader's thread only.
 */
final class ObjectCreator {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectCreator.class);

  private static final int MAX_COLLISIONS = 5;

  private final ObjectStore store;
  private final UploadConfig config;
  private final UploadMetrics metrics;
  private boolean conditional = true;

  ObjectCreator(ObjectStore store, UploadConfig config, UploadMetrics metrics) {
    this.store = store;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * One attempt.
   *
   * @param lookFirst whether the object may be there already
   * @param taken keys that this delivery found to be somebody else's
   * @param end when it must be over ({@link System#nanoTime})
   * @return the key under which the object is there
   */
  String create(Parcel parcel, boolean lookFirst, Set<String> taken, long end)
      throws StoreException {
    Parcel current = parcel;
    boolean look = lookFirst;
    for (int collisions = 0; collisions < MAX_COLLISIONS; collisions++) {
      String key = current.key(config);
      boolean putIsSafe = conditional || current.name().isUnique();
      Optional<ObjectInfo> there = look ? head(key, putIsSafe, end) : Optional.empty();
      if (there.isEmpty() && put(current, key, end) == PutOutcome.STORED) {
        return key;
      }
      if (there.isEmpty()) {
        there = whoseIsIt(key, end);
      }
      if (there.isEmpty()) {
        throw new StoreException(Kind.CONFLICT, "an object came and went under " + key, null);
      }
      if (current.isIn(there.get())) {
        return key;
      }
      // The next name follows from this one, so that a repetition finds its own object again.
      current = current.afterCollision();
      look = true;
      if (taken.add(key)) {
        metrics.nameCollided();
        LOG.error("{} is somebody else's object; this batch goes to {}", key, current.key(config));
      }
    }
    throw new StoreException(
        Kind.REJECTED, "every name tried for " + parcel.name() + " is taken by others", null);
  }

  /**
   * Without the right to ask, what cannot overwrite somebody else's object is safe all the same.
   */
  private Optional<ObjectInfo> head(String key, boolean orPutUnseen, long end)
      throws StoreException {
    try {
      return store.head(key, left(end));
    } catch (StoreException e) {
      if (e.kind() == Kind.DENIED && orPutUnseen) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** An object is there under the key, and the store told so: it is well, whatever comes now. */
  private Optional<ObjectInfo> whoseIsIt(String key, long end) throws StoreException {
    try {
      return store.head(key, left(end));
    } catch (StoreException e) {
      if (e.kind() != Kind.DENIED) {
        throw e;
      }
      throw new StoreException(
          Kind.REJECTED,
          "an object is there under "
              + key
              + ", and whether it is this batch cannot be seen; allow s3:GetObject: "
              + e.getMessage(),
          e);
    }
  }

  private PutOutcome put(Parcel parcel, String key, long end) throws StoreException {
    if (!conditional) {
      return put(parcel, key, false, end);
    }
    try {
      return put(parcel, key, true, end);
    } catch (StoreException e) {
      if (e.kind() != Kind.CONDITION_REFUSED) {
        throw e;
      }
      if (head(key, parcel.name().isUnique(), end).isPresent()) {
        return PutOutcome.EXISTS;
      }
      PutOutcome outcome = put(parcel, key, false, end);
      conditional = false;
      LOG.warn("{} does not know conditional puts; from now on puts are plain", store.url());
      return outcome;
    }
  }

  private PutOutcome put(Parcel parcel, String key, boolean onlyIfAbsent, long end)
      throws StoreException {
    long start = System.nanoTime();
    try {
      return store.put(
          new ObjectPut(
              key,
              parcel.content(),
              parcel.contentType(),
              parcel.metadata(),
              onlyIfAbsent,
              left(end)));
    } finally {
      metrics.put(System.nanoTime() - start);
    }
  }

  private static Duration left(long end) throws StoreException {
    long nanos = end - System.nanoTime();
    if (nanos <= 0) {
      throw new StoreException(Kind.UNKNOWN_OUTCOME, "the attempt's time was used up", null);
    }
    return Duration.ofNanos(Math.max(nanos, 1_000_000));
  }
}
