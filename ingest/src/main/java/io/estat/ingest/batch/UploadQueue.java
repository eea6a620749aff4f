package io.estat.ingest.batch;

import io.estat.ingest.batch.Ledger.Flow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sealed batches that wait, and the batches that a worker has in hand. A batch leaves a worker's
 * hand only by {@link #finish}, {@link #leave} or {@link #putBack}, so that it is in memory until
 * the moment it is counted elsewhere. What is in memory is asked of the batches themselves: one
 * that is finished twice or with another count shows in the books. Thread-safe, under the ledger's
 * lock.
 */
public final class UploadQueue implements BatchSink {
  private final Ledger ledger;
  private final Budget budget;
  private final BatchLimits limits;
  private final Condition changed;

  // All below is guarded by the ledger's lock.
  private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
  private final List<Batch> inHand = new ArrayList<>();
  private boolean closed;
  private boolean ended;
  private long changes;
  private Consumer<BatchName> gone = name -> {};

  public UploadQueue(BatchLimits limits, Budget budget, Ledger ledger) {
    this.limits = limits;
    this.budget = budget;
    this.ledger = ledger;
    this.changed = ledger.newCondition();
    ledger.addMemoryPlace(this::events);
  }

  /**
   * Tells of every batch that is safe elsewhere.
   *
   * @param listener called under the ledger's lock; must not block
   */
  public void whenGone(Consumer<BatchName> listener) {
    gone = listener;
  }

  private long events() {
    long events = 0;
    for (Batch batch : waiting) {
      events += batch.events();
    }
    for (Batch batch : inHand) {
      events += batch.events();
    }
    return events;
  }

  @Override
  public void offer(Batch batch) {
    waiting.addLast(batch);
    signal();
  }

  private void signal() {
    changes++;
    changed.signalAll();
  }

  /**
   * The oldest batch, or null after {@code timeoutNanos}; at once when closed and nothing can come
   * any more, not even out of another worker's hand.
   */
  public @Nullable Batch take(long timeoutNanos) throws InterruptedException {
    ledger.lock();
    try {
      long left = timeoutNanos;
      while (waiting.isEmpty() && !(closed && inHand.isEmpty()) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return hand(waiting.pollFirst());
    } finally {
      ledger.unlock();
    }
  }

  /** The oldest waiting batch if the queue is full, or null. Never waits. */
  public @Nullable Batch takeIfFull() {
    ledger.lock();
    try {
      return isFull() ? hand(waiting.pollFirst()) : null;
    } finally {
      ledger.unlock();
    }
  }

  private @Nullable Batch hand(@Nullable Batch batch) {
    if (batch != null) {
      inHand.add(batch);
    }
    return batch;
  }

  /** Batches are few: one a worker. */
  private @Nullable Batch takeFromHand(Batch batch) {
    for (int i = 0; i < inHand.size(); i++) {
      if (inHand.get(i).name().equals(batch.name())) {
        return inHand.remove(i);
      }
    }
    return null;
  }

  /** The events of this batch end here, counted as {@code flow}. */
  public void finish(Batch batch, Flow flow) {
    ledger.locked(
        () -> {
          if (!ended) {
            ledger.count(flow, batch.events());
            leave(batch);
          }
        });
  }

  /** The events of this batch are counted elsewhere; the caller holds the ledger's lock. */
  public void leave(Batch batch) {
    Batch held = takeFromHand(batch);
    if (held != null) {
      budget.giveBack(held);
      gone.accept(batch.name());
    }
    signal();
  }

  /** Nobody could take this batch now: it is the oldest again. */
  public void putBack(Batch batch) {
    ledger.locked(
        () -> {
          if (!ended) {
            takeFromHand(batch);
            waiting.addFirst(batch);
            signal();
          }
        });
  }

  /**
   * The process ends and nothing could take what is left: counts it as dropped. What a worker that
   * hangs does with its batch later no longer counts.
   *
   * @return events lost
   */
  public long dropAll() {
    ledger.lock();
    try {
      long lost = events();
      ledger.count(Flow.DROPPED, lost);
      waiting.clear();
      inHand.clear();
      ended = true;
      return lost;
    } finally {
      ledger.unlock();
    }
  }

  /**
   * Whether spilling must make room: as many batches wait as may, or the budget could not take a
   * further batch.
   */
  public boolean isFull() {
    ledger.lock();
    try {
      return waiting.size() >= limits.uploadQueue()
          || (!waiting.isEmpty()
              && budget.isNearlyUsedUp(limits.batchEvents(), limits.batchBytes()));
    } finally {
      ledger.unlock();
    }
  }

  /** Waits until something changed here, at most so long. */
  public void awaitChange(long timeoutNanos) throws InterruptedException {
    ledger.lock();
    try {
      long seen = changes;
      long left = timeoutNanos;
      while (changes == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      ledger.unlock();
    }
  }

  /** Whoever waits here looks again. */
  public void wake() {
    ledger.locked(this::signal);
  }

  /** Batches that wait. */
  public int depth() {
    ledger.lock();
    try {
      return waiting.size();
    } finally {
      ledger.unlock();
    }
  }

  /** Waits until nothing waits and nobody has anything in hand, at most so long. */
  public void awaitEmpty(long untilNanos) throws InterruptedException {
    ledger.lock();
    try {
      long left = untilNanos - System.nanoTime();
      while (!isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      ledger.unlock();
    }
  }

  /** Whether nothing waits and nobody has anything in hand. */
  public boolean isEmpty() {
    ledger.lock();
    try {
      return waiting.isEmpty() && inHand.isEmpty();
    } finally {
      ledger.unlock();
    }
  }

  /** No further batch will be offered: {@link #take} no longer waits. */
  public void close() {
    ledger.locked(
        () -> {
          closed = true;
          signal();
        });
  }
}
