package io.estat.etl.server.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one client: filled by threads that never wait, emptied by the client's own thread.
 * When it is full, what can be missed goes first; then the client is dropped, which may come again
 * and say what it has seen last. Thread-safe.
 */
final class Watcher implements AutoCloseable {
  private static final Delivery SILENCE = new Delivery.Silence();
  private static final Delivery END = new Delivery.End();

  private final int capacity;
  private final Consumer<Watcher> atEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
  private boolean ended;
  private boolean dropped;

  /** What it listens to; of the client's thread. */
  @Nullable Topic topic;

  /**
   * @param atEnd called once the client's thread is done with it
   */
  Watcher(int capacity, Consumer<Watcher> atEnd) {
    this.capacity = capacity;
    this.atEnd = atEnd;
  }

  /** Never waits longer than it takes to add to a queue. */
  void offer(Delivery delivery) {
    lock.lock();
    try {
      if (ended || (queue.size() == capacity && !makeRoomFor(delivery))) {
        return;
      }
      queue.add(delivery);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean makeRoomFor(Delivery delivery) {
    if (canBeMissed(delivery)) {
      return false;
    }
    if (queue.removeIf(Watcher::canBeMissed)) {
      return true;
    }
    dropped = true;
    finish();
    return false;
  }

  private static boolean canBeMissed(Delivery delivery) {
    return delivery instanceof Delivery.Event event && event.canBeMissed();
  }

  /** The client's stream is to end now, whatever waits for it. */
  void end() {
    lock.lock();
    try {
      finish();
    } finally {
      lock.unlock();
    }
  }

  private void finish() {
    ended = true;
    queue.clear();
    changed.signal();
  }

  boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it ended because its client was too slow. */
  boolean isDropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  Delivery take(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (queue.isEmpty() && !ended && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      if (ended) {
        return END;
      }
      Delivery next = queue.poll();
      return next == null ? SILENCE : next;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    atEnd.accept(this);
  }
}
