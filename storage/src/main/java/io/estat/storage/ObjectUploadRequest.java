package io.estat.storage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What is to be uploaded, and within which bounds.
 *
 * @param key as {@link ObjectKeys#requirePlain} takes it
 * @param contentType as in {@link ObjectPut}
 * @param metadata as in {@link ObjectPut}
 * @param partBytes a part of this size is sent as soon as it is full, at least 1; the store's
 *     minimum and alignment may make it larger
 * @param budget what the buffers of all uploads together may take
 * @param partTimeout bounds every single call to the store
 * @param retry asked after each failed call
 */
public record ObjectUploadRequest(
    String key,
    String contentType,
    Map<String, String> metadata,
    int partBytes,
    UploadBudget budget,
    Duration partTimeout,
    UploadRetry retry) {
  /** 16 MiB. */
  public static final int DEFAULT_PART_BYTES = 16 << 20;

  /**
   * Metadata entry with a random value, by which an upload knows its object again when the answer
   * to its commit was lost.
   */
  public static final String MARK = "estat-upload";

  /**
   * @throws IllegalArgumentException for a key or metadata that an {@link ObjectPut} would refuse
   */
  public ObjectUploadRequest {
    ObjectKeys.requirePlain(key);
    metadata = Map.copyOf(metadata);
    ObjectPut.requireHeaders(contentType, metadata);
    if (partBytes < 1) {
      throw new IllegalArgumentException("partBytes is " + partBytes + ", it must be at least 1");
    }
  }

  /**
   * The request of an upload that is over, as far as its object tells: enough to know it again.
   *
   * @throws IllegalArgumentException if no upload has made the object
   */
  static ObjectUploadRequest of(ObjectInfo found, Duration timeout) {
    String mark = found.metadata().get(MARK);
    if (mark == null) {
      throw new IllegalArgumentException(
          "the object %s has no metadata entry %s: no upload has made it"
              .formatted(found.key(), MARK));
    }
    return new ObjectUploadRequest(
        found.key(),
        found.contentType(),
        Map.of(MARK, mark),
        DEFAULT_PART_BYTES,
        new UploadBudget(UploadBudget.SLAB_BYTES),
        timeout,
        UploadRetry.NEVER);
  }

  /** The same with a mark of its own. */
  ObjectUploadRequest marked() {
    var marked = new HashMap<>(metadata);
    marked.put(MARK, UUID.randomUUID().toString());
    return new ObjectUploadRequest(key, contentType, marked, partBytes, budget, partTimeout, retry);
  }

  /** Whether an object that has the key is this upload's: it bears its mark. */
  public boolean isOurs(ObjectInfo found) {
    String mark = metadata.get(MARK);
    return mark != null && mark.equals(found.metadata().get(MARK));
  }

  /**
   * What a found object says about a commit whose answer was lost.
   *
   * @param sum of all that was appended
   */
  public UploadOutcome outcome(ObjectInfo found, ObjectSum sum) {
    return isOurs(found) ? UploadOutcome.stored(key, sum) : new UploadOutcome.Exists(key);
  }
}
