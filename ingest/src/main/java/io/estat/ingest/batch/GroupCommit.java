package io.estat.ingest.batch;

import io.estat.ingest.batch.Ledger.Flow;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the open batch and the upload queue when a 200 means "on disk" ({@code ACK=disk}).
 * The journal's thread takes everything that was appended since the last time as one {@link Group},
 * writes and syncs it, and commits it; meanwhile the next group gathers. Only then are its events
 * counted as accepted, its requests answered, and its sealed batches handed on. A group is kept as
 * a whole or refused as a whole, and so is each request, whose lines are always in one group.
 *
 * <p>A sync costs the same for one event and for a hundred, so a group waits until it is worth one:
 * until an event loop is through with what had arrived ({@link #turnEnded}), and as many requests
 * have come as waited when the last group was committed, since their clients may send the next. It
 * does not wait longer than {@link #MAX_GATHER} after that commit once a turn has ended, nor,
 * whatever happens, than the timeout of {@link #take}.
 *
 * <p>Guarded by the ledger's lock. Groups are taken and settled by one thread.
 */
public final class GroupCommit {
  /** What gathering may add to the time of an answer; docs/performance.md has what it saves. */
  private static final Duration MAX_GATHER = Duration.ofMillis(2);

  /** The bytes that a batch's file has to get next. */
  public record Part(BatchName name, List<ByteBuffer> bytes) {}

  /** What is written and synced together; used again by the next {@link #take}. */
  public static final class Group {
    private final List<Part> parts = new ArrayList<>();
    private final List<GrowingBatch> batches = new ArrayList<>();
    private final List<GrowingBatch.Mark> marks = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private int requests;

    private void clear() {
      parts.clear();
      batches.clear();
      marks.clear();
      turns.clear();
      requests = 0;
    }

    /** In the order of their batches. */
    public List<Part> parts() {
      return parts;
    }
  }

  private record Turn(AckWaiter waiter, int requests) {}

  private final Ledger ledger;
  private final BatchSink sink;
  private final long maxGatherNanos;
  private final Condition changed;
  private final Condition settled;
  private final Group group = new Group();

  // All below is guarded by the ledger's lock.
  /** Batches that were begun and not handed on. */
  private final List<GrowingBatch> held = new ArrayList<>();

  /** Those of them with lines that no group has taken. */
  private final List<GrowingBatch> gathering = new ArrayList<>();

  private final List<AckWaiter> waiters = new ArrayList<>();

  /** Requests that no group has taken, and whether all that had arrived is among them. */
  private int requests;

  private boolean turnEnded;

  /** So many requests are to be expected, until then. */
  private int expected;

  private long gatherUntilNanos = System.nanoTime();

  private boolean refusing;
  private boolean woken;

  /**
   * @param sink gets every sealed batch once all of it is on disk
   */
  public GroupCommit(Ledger ledger, BatchSink sink) {
    this(ledger, sink, MAX_GATHER);
  }

  /**
   * @param maxGather how long after a commit the next group waits for as many as waited then
   */
  GroupCommit(Ledger ledger, BatchSink sink, Duration maxGather) {
    this.ledger = ledger;
    this.sink = sink;
    this.maxGatherNanos = maxGather.toNanos();
    this.changed = ledger.newCondition();
    this.settled = ledger.newCondition();
    ledger.addMemoryPlace(this::eventsOnDisk);
  }

  private long eventsOnDisk() {
    long events = 0;
    for (GrowingBatch batch : held) {
      events += batch.onDisk().events();
    }
    return events;
  }

  /** Whether the disk takes nothing, so that nothing may be appended; the caller has the lock. */
  boolean isRefusing() {
    return refusing;
  }

  void begun(GrowingBatch batch) {
    held.add(batch);
  }

  /** Lines came to it. */
  void appended(GrowingBatch batch) {
    if (gathering.isEmpty() || gathering.getLast() != batch) {
      gathering.add(batch);
    }
  }

  /** A request is appended as a whole. */
  void waits(AckWaiter waiter) {
    requests++;
    if (waiter.appended++ == 0) {
      waiters.add(waiter);
    }
  }

  /** An event loop has appended all that had arrived, and would only wait for more. */
  void turnEnded() {
    ledger.locked(
        () -> {
          turnEnded = requests > 0;
          if (isDue(System.nanoTime())) {
            changed.signal();
          }
        });
  }

  private boolean isDue(long nanos) {
    return turnEnded && (requests >= expected || nanos - gatherUntilNanos >= 0);
  }

  void sealed(GrowingBatch batch) {
    if (batch.isWhollyOnDisk()) {
      handOn(batch);
    }
  }

  private void handOn(GrowingBatch batch) {
    held.remove(batch);
    sink.offer(batch.batch());
  }

  /** Waits for something to write; null after so long, or when woken. */
  public @Nullable Group take(long timeoutNanos) throws InterruptedException {
    ledger.lock();
    try {
      long now = System.nanoTime();
      long until = now + timeoutNanos;
      while (!isDue(now) && !woken && until - now > 0) {
        long gathers = gatherUntilNanos - now;
        changed.awaitNanos(gathers > 0 ? Math.min(gathers, until - now) : until - now);
        now = System.nanoTime();
      }
      woken = false;
      return gathering.isEmpty() ? null : gathered();
    } finally {
      ledger.unlock();
    }
  }

  private Group gathered() {
    group.clear();
    for (GrowingBatch batch : gathering) {
      group.parts.add(new Part(batch.name(), batch.bytesNotOnDisk()));
      group.batches.add(batch);
      group.marks.add(batch.mark());
    }
    gathering.clear();
    takeTurns(group);
    return group;
  }

  private void takeTurns(Group group) {
    for (AckWaiter waiter : waiters) {
      group.turns.add(new Turn(waiter, waiter.appended));
      waiter.appended = 0;
    }
    waiters.clear();
    group.requests += requests;
    requests = 0;
    turnEnded = false;
  }

  /** All of the group is on disk. */
  public void commit(Group group) {
    ledger.locked(
        () -> {
          for (int i = 0; i < group.batches.size(); i++) {
            GrowingBatch batch = group.batches.get(i);
            ledger.count(Flow.ACCEPTED, batch.reachedDisk(group.marks.get(i)));
            if (batch.isSealed() && batch.isWhollyOnDisk()) {
              handOn(batch);
            }
          }
          expected = group.requests + requests;
          gatherUntilNanos = System.nanoTime() + maxGatherNanos;
          settled.signalAll();
        });
    group.turns.forEach(turn -> turn.waiter.settled(turn.requests, true));
  }

  /**
   * The group is not on disk, or no more. Whatever is not on disk is taken back, also what came
   * after it; what was on disk before goes its way from memory; nothing more is taken until {@link
   * #accept}.
   *
   * @return batches of which nothing is left
   */
  public List<BatchName> fail(Group group) {
    List<BatchName> empty = new ArrayList<>();
    ledger.locked(
        () -> {
          refusing = true;
          for (GrowingBatch batch : List.copyOf(held)) {
            batch.cutToDisk();
            batch.seal();
            if (batch.events() > 0) {
              handOn(batch);
            } else {
              held.remove(batch);
              empty.add(batch.name());
            }
          }
          gathering.clear();
          takeTurns(group);
          settled.signalAll();
        });
    group.turns.forEach(turn -> turn.waiter.settled(turn.requests, false));
    return empty;
  }

  /** The disk takes something again. */
  public void accept() {
    ledger.locked(() -> refusing = false);
  }

  /** Whoever waits in {@link #take} looks around. */
  public void wake() {
    ledger.locked(
        () -> {
          woken = true;
          changed.signal();
        });
  }

  /** Waits until no batch is held, at most so long; the open one must have been closed. */
  public void awaitEmpty(long untilNanos) throws InterruptedException {
    ledger.lock();
    try {
      long left = untilNanos - System.nanoTime();
      while (!held.isEmpty() && left > 0) {
        left = settled.awaitNanos(left);
      }
    } finally {
      ledger.unlock();
    }
  }
}
