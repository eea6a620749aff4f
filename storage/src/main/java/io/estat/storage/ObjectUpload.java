package io.estat.storage;

/**
 * One object under construction. Nothing of it is visible until {@link #commit}; {@link #close}
 * without a commit is {@link #abort}. Memory is bounded by the {@link UploadBudget}; what is
 * appended is sent by threads of the upload's own.
 */
public interface ObjectUpload extends AutoCloseable {
  /**
   * Adds bytes at the end. Those of one call stay together; calls of several threads come in any
   * order. The bytes are copied before it returns. Blocks while the budget is used up. Any thread.
   *
   * @throws StoreException once the upload has failed for good or was aborted: then only {@link
   *     #abort} is of use
   * @throws InterruptedException with a part of the bytes appended: then, too
   * @throws IllegalStateException after {@link #finishParts} or {@link #commit}
   */
  void append(byte[] bytes, int offset, int length) throws StoreException, InterruptedException;

  /** Bytes appended so far. */
  long bytes();

  /**
   * Sends what is left and waits until the store has it, without making anything visible.
   * Afterwards the upload holds no more than the store's alignment of the budget. So a table of
   * several objects can commit all of them at its very end.
   */
  void finishParts() throws StoreException, InterruptedException;

  /**
   * Makes the object visible, whole, if no object has the key. Sends what is left before.
   *
   * @throws StoreException if it was given up; with {@link StoreException.Kind#UNKNOWN_OUTCOME} the
   *     object may be visible until {@link #abort} has removed it
   */
  UploadOutcome commit() throws StoreException, InterruptedException;

  /**
   * Leaves neither an object nor an open upload behind; after a commit that ended, does nothing.
   * Wakes blocked calls. Where the store is away it does what it can within the timeout of a part
   * and says in the log what may be left. Any thread, as often as wanted; never throws.
   */
  void abort();

  /**
   * {@link #abort}, and after a commit the removal of its object: unless another has its place by
   * now. So several objects can be visible together or not at all. Bounds and threads as for {@link
   * #abort}.
   */
  void withdraw();

  /** {@link #abort} unless committed. */
  @Override
  void close();
}
