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

  /**
   * Begins an object that is appended to and becomes visible whole at its commit, if no object has
   * the key then. Nothing is sent before the first part is full.
   *
   * @throws IllegalArgumentException if the budget cannot hold one more open upload to this store
   */
  default ObjectUpload upload(ObjectUploadRequest request) {
    ObjectUploadRequest marked = request.marked();
    return new PartUpload(marked, sink(marked));
  }

  /**
   * The store's side of one upload, for {@link #upload} and for decorators of a store. Touches
   * nothing yet.
   *
   * @param request with {@link ObjectUploadRequest#MARK} among its metadata
   */
  PartSink sink(ObjectUploadRequest request);

  /**
   * Removes what crashed processes left of uploads to keys that start with {@code prefix}, and ends
   * those that are under way. A store whose unfinished uploads are invisible, cost nothing and
   * expire removes none.
   *
   * @return how many uploads were removed
   */
  int abortUploads(String prefix) throws StoreException;

  /**
   * Removes an object that an upload of another process has committed, as that upload's own {@link
   * ObjectUpload#withdraw} would: only if what has the key is still the object that was found.
   *
   * @param found with its metadata, as {@link #head} gives it
   * @throws IllegalArgumentException if it has no {@link ObjectUploadRequest#MARK}: then no upload
   *     has made it, and nothing is removed
   */
  default void withdraw(ObjectInfo found, Duration timeout) throws StoreException {
    sink(ObjectUploadRequest.of(found, timeout)).abort(true);
  }

  @Override
  void close();
}
