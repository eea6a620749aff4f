package io.estat.etl.extract;

import io.estat.etl.plan.Chunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of a run have to do: chunks of tables, in the order in which the tables came. No
 * more work at a point in time is handed out than can read at it. Thread-safe.
 */
final class WorkQueue {
  /** One piece of work. */
  sealed interface Task {
    /** A table that is to be opened at a point in time of its own. */
    record Open(TableRun table) implements Task {}

    /** A chunk of a table that is open. */
    record Read(TableAttempt attempt, Chunk chunk) implements Task {}
  }

  private static final class Table {
    final TableAttempt attempt;
    final Deque<Chunk> chunks;

    Table(TableAttempt attempt) {
      this.attempt = attempt;
      chunks = new ArrayDeque<>(attempt.plan().chunks());
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final List<Table> open = new ArrayList<>();
  private final Deque<TableRun> unopened = new ArrayDeque<>();
  private final IdentityHashMap<PointInTime, Integer> readers = new IdentityHashMap<>();
  private final int ownPointsAtOnce;
  private int ownPoints;
  private int underWay;

  /**
   * @param ownPointsAtOnce tables that may have a point in time of their own at the same time
   */
  WorkQueue(int ownPointsAtOnce) {
    this.ownPointsAtOnce = ownPointsAtOnce;
  }

  /** All chunks of a table. */
  void add(TableAttempt attempt) {
    lock.lock();
    try {
      open.add(new Table(attempt));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A table to be opened when all chunks that are known are with a worker. */
  void addUnopened(TableRun table) {
    lock.lock();
    try {
      unopened.add(table);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The point in time of a table that was opened is closed, or none came of it. */
  void ownPointClosed() {
    lock.lock();
    try {
      ownPoints--;
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
        count(task, 1);
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
      count(task, -1);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void count(Task task, int more) {
    if (task instanceof Task.Read read) {
      readers.merge(read.attempt().point(), more, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  private @Nullable Task poll() {
    Task read = pollChunk();
    if (read == null && !unopened.isEmpty() && ownPoints < ownPointsAtOnce) {
      ownPoints++;
      return new Task.Open(unopened.removeFirst());
    }
    return read;
  }

  private @Nullable Task pollChunk() {
    for (Iterator<Table> all = open.iterator(); all.hasNext(); ) {
      Table next = all.next();
      PointInTime point = next.attempt.point();
      if (next.attempt.isOver()) {
        all.remove();
      } else if (readers.getOrDefault(point, 0) < point.maxReaders()) {
        Chunk chunk = next.chunks.removeFirst();
        if (next.chunks.isEmpty()) {
          all.remove();
        }
        return new Task.Read(next.attempt, chunk);
      }
    }
    return null;
  }
}
