package io.estat.ingest.upload;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting between attempts, until somebody says that there is no more time for it. Thread-safe. */
class Pause {
  private final CountDownLatch over = new CountDownLatch(1);

  /** Waits; false if there is no more waiting. */
  boolean forMillis(long millis) throws InterruptedException {
    return !over.await(millis, TimeUnit.MILLISECONDS);
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  void end() {
    over.countDown();
  }
}
