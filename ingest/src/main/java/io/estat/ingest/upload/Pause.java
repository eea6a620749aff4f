package io.estat.ingest.upload;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting between attempts, which ends for good when the server is about to end. Thread-safe. */
final class Pause {
  private final CountDownLatch over = new CountDownLatch(1);

  /** Waits; false if there is no more waiting. */
  boolean forMillis(long millis) throws InterruptedException {
    return !over.await(millis, TimeUnit.MILLISECONDS);
  }

  void end() {
    over.countDown();
  }
}
