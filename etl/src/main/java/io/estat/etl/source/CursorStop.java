package io.estat.etl.source;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request to stop a cursor. It holds from the moment at which it is made: what has not been
 * sent to the database is not sent any more, and since a cancel that reaches the server before the
 * statement does is lost there, it is sent again every {@value #AGAIN_MILLIS} ms until the cursor
 * is closed. After that nothing is sent, so that it does not hit what the session does next.
 * Thread-safe.
 */
final class CursorStop {
  /** Tells the database to end what runs now. */
  interface Cancel {
    void send() throws SQLException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(CursorStop.class);
  private static final long AGAIN_MILLIS = 100;

  private final Cancel cancel;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ReentrantLock sending = new ReentrantLock();
  private final AtomicBoolean asked = new AtomicBoolean();

  /** Guarded by sending. */
  private boolean failed;

  CursorStop(Cancel cancel) {
    this.cancel = cancel;
  }

  /**
   * Returns at once: the database is told by a thread of its own, one however often it is asked.
   */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      Thread.ofVirtual().name("cursor-stop").start(this::sendUntilTheEnd);
    }
  }

  private void sendUntilTheEnd() {
    try {
      do {
        send();
      } while (!ended.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send() {
    sending.lock();
    try {
      if (ended.getCount() > 0) {
        cancel.send();
      }
    } catch (SQLException | RuntimeException e) {
      // Nothing runs, or the server does not answer; whoever reads sees that, too.
      if (!failed) {
        failed = true;
        LOG.warn(
            "a cancel could not be sent to the database, and is sent again until the cursor ends",
            e);
      }
    } finally {
      sending.unlock();
    }
  }

  /**
   * Before the database is asked for anything.
   *
   * @throws CursorStoppedException if the cursor is to stop
   */
  void requireNone() throws CursorStoppedException {
    if (asked.get()) {
      throw new CursorStoppedException();
    }
  }

  /** Waits for a cancel that is on its way; nothing is sent from here on. */
  void end() {
    sending.lock();
    try {
      ended.countDown();
    } finally {
      sending.unlock();
    }
  }
}
