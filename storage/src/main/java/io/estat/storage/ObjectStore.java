package io.estat.storage;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, or a folder that behaves like one. All methods may be called from any thread and block
 * the caller until the store answered, failed or the timeout passed. An object is visible whole or
 * not at all.
 */
public interface ObjectStore extends AutoCloseable {

  /** The URL this store was opened with, without credentials: for logs and messages. */
  String url();

  /**
   * Stores one object. With {@link ObjectPut#onlyIfAbsent()} an object that already has the key is
   * left as it is and {@link PutOutcome#EXISTS} is returned.
   *
   * @throws StoreException with {@link StoreException.Kind#UNKNOWN_OUTCOME} when no answer was
   *     seen: the object may be there or not, or may appear later
   */
  PutOutcome put(ObjectPut put) throws StoreException;

  /** What is known of the object under this key, or empty if there is none. */
  Optional<ObjectInfo> head(String key, Duration timeout) throws StoreException;

  /** The object's bytes as stored. The caller closes the stream. */
  InputStream open(String key) throws StoreException;

  /**
   * Up to 1,000 objects whose keys start with {@code prefix} and come after {@code startAfter}, in
   * the order of their UTF-8 bytes, without metadata. An empty list means that there are no more.
   */
  List<ObjectInfo> list(String prefix, @Nullable String startAfter) throws StoreException;

  @Override
  void close();
}
