package io.estat.etl.extract;

import io.estat.etl.plan.Chunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of a run have to do: chunks of tables, in the order in which the tables came. No
 * more work at a point in time is handed out than can read at it. Thread-safe.
 */
final class WorkQueue {
  /** One chunk to be read. */
  record Task(TableAttempt attempt, Chunk chunk) {}

  private static final class Open {
    final TableAttempt attempt;
    final Deque<Chunk> chunks;

    Open(TableAttempt attempt) {
      this.attempt = attempt;
      chunks = new ArrayDeque<>(attempt.plan().chunks());
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final List<Open> open = new ArrayList<>();
  private final Map<PointInTime, Integer> readers = new IdentityHashMap<>();
  private int underWay;

  /** All chunks of a table. */
  void add(TableAttempt attempt) {
    lock.lock();
    try {
      open.add(new Open(attempt));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next piece of work, for which {@link #done} must be called. Waits as long as what is under
   * way may bring more.
   *
   * @return null: all is done
   */
  @Nullable Task next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Task task = poll();
      while (task == null && underWay > 0) {
        changed.await();
        task = poll();
      }
      if (task != null) {
        underWay++;
        readers.merge(task.attempt().point(), 1, Integer::sum);
      }
      return task;
    } finally {
      lock.unlock();
    }
  }

  void done(Task task) {
    lock.lock();
    try {
      underWay--;
      readers.computeIfPresent(task.attempt().point(), (p, n) -> n == 1 ? null : n - 1);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Task poll() {
    for (Iterator<Open> all = open.iterator(); all.hasNext(); ) {
      Open next = all.next();
      if (next.attempt.isOver()) {
        all.remove();
      } else if (readers.getOrDefault(next.attempt.point(), 0)
          < next.attempt.point().maxReaders()) {
        Chunk chunk = next.chunks.removeFirst();
        if (next.chunks.isEmpty()) {
          all.remove();
        }
        return new Task(next.attempt, chunk);
      }
    }
    return null;
  }
}
