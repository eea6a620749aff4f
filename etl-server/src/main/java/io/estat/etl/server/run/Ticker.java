package io.estat.etl.server.run;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing again and again, in a thread of its own. A turn that fails is logged, and the next
 * one comes as if it had not. Thread-safe.
 */
public final class Ticker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ticker.class);

  private final String name;
  private final Duration pause;
  private final Runnable turn;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean wanted;
  private boolean closed;
  private @Nullable Thread thread;
  private @Nullable String lastFailure;

  /**
   * @param pause between the end of a turn and the next one
   */
  public Ticker(String name, Duration pause, Runnable turn) {
    this.name = name;
    this.pause = pause;
    this.turn = turn;
  }

  /** The first turn comes at once. */
  public void start() {
    thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  /** The next turn comes now. */
  public void wake() {
    lock.lock();
    try {
      wanted = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    do {
      try {
        turn.run();
        lastFailure = null;
      } catch (RuntimeException e) {
        tell(e);
      }
    } while (awaitNext());
  }

  /** The same failure is told once, not every second. */
  private void tell(RuntimeException e) {
    String failure = String.valueOf(e);
    if (!failure.equals(lastFailure)) {
      log.warn("{} failed and will be tried again every {}", name, pause, e);
    }
    lastFailure = failure;
  }

  private boolean awaitNext() {
    lock.lock();
    try {
      long nanos = pause.toNanos();
      while (!closed && !wanted && nanos > 0) {
        nanos = woken.awaitNanos(nanos);
      }
      wanted = false;
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** No turn begins any more; waits up to 10 seconds for the end of one that runs. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (thread != null && !thread.join(Duration.ofSeconds(10))) {
        log.warn("{} did not end in time", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
