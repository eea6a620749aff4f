package io.estat.etl.server.web;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A function for H2 whose rows do not come while a test holds them: its job cannot end. */
public final class HeldRows {
  private static final ReentrantReadWriteLock HELD = new ReentrantReadWriteLock();

  private HeldRows() {}

  /** Called by H2 for each row. */
  public static int row(int id) throws InterruptedException {
    if (!HELD.readLock().tryLock(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the test holds the rows for more than a minute");
    }
    HELD.readLock().unlock();
    return id;
  }

  /** Until the answer is closed, by the same thread. */
  static Hold hold() {
    HELD.writeLock().lock();
    return HELD.writeLock()::unlock;
  }

  interface Hold extends AutoCloseable {
    @Override
    void close();
  }
}
