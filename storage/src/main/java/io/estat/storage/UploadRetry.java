package io.estat.storage;

/** Decides what follows a failed call of an upload. Called by several threads at once. */
@FunctionalInterface
public interface UploadRetry {
  /** Gives up at once. */
  UploadRetry NEVER =
      (failedAttempts, failure) -> {
        throw failure;
      };

  /**
   * Returns when it is time to try the call again.
   *
   * @param failedAttempts of this call so far, at least 1
   * @throws StoreException to give up: the upload has failed with it
   * @throws InterruptedException when the upload was aborted meanwhile
   */
  void beforeRetry(int failedAttempts, StoreException failure)
      throws StoreException, InterruptedException;
}
