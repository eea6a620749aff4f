package io.estat.ingest.http;

import io.estat.ingest.batch.AckWaiter;
import io.estat.ingest.http.Answers.After;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one event loop that may not leave before the disk has their events, and those that
 * would overtake one of them on its connection; all in the order of their requests. The journal
 * says how many of the oldest are decided, and how. Touched by its event loop only; empty with
 * {@code ACK=memory}.
 */
final class HeldAnswers extends AckWaiter {
  private static final int KEPT_SLOTS = 1024;

  /** One answer; used again and again. */
  private static final class Slot {
    private @Nullable Connection connection;
    private @Nullable Verdict ifKept;
    private @Nullable ByteBuf answer;
    private After after = After.KEEP;
    private int origin;
  }

  private final EventExecutor loop;
  private final Answers answers;
  private final HttpCounters counters;
  private final Runnable turnEnded;
  private final ArrayDeque<Slot> waiting = new ArrayDeque<>();
  private final ArrayDeque<Slot> unused = new ArrayDeque<>();
  private final Runnable endTurn = this::endTurn;
  private boolean turnEnds;

  /**
   * @param turnEnded to be run when all that had arrived is appended
   */
  HeldAnswers(EventExecutor loop, Answers answers, HttpCounters counters, Runnable turnEnded) {
    this.loop = loop;
    this.answers = answers;
    this.counters = counters;
    this.turnEnded = turnEnded;
  }

  /** An answer that waits for the disk; what it will be is known then. */
  void add(Connection connection, Verdict ifKept, After after, int origin) {
    Slot slot = slot(connection, after);
    slot.ifKept = ifKept;
    slot.origin = origin;
    if (!turnEnds) {
      turnEnds = true;
      loop.execute(endTurn); // runs when every connection that had something was read
    }
  }

  private void endTurn() {
    turnEnds = false;
    turnEnded.run();
  }

  /** An answer that only waits for its turn. */
  void addBehind(Connection connection, ByteBuf answer, After after) {
    slot(connection, after).answer = answer;
  }

  private Slot slot(Connection connection, After after) {
    Slot slot = unused.pollLast();
    if (slot == null) {
      slot = new Slot();
    }
    slot.connection = connection;
    slot.after = after;
    waiting.addLast(slot);
    return slot;
  }

  @Override
  protected void settled(int requests, boolean kept) {
    try {
      loop.execute(() -> release(requests, kept));
    } catch (RejectedExecutionException e) {
      // The loops have ended, and with them every connection that could be answered.
    }
  }

  private void release(int requests, boolean kept) {
    int left = requests;
    Connection written = null;
    while (!waiting.isEmpty() && (left > 0 || waiting.getFirst().ifKept == null)) {
      Slot slot = waiting.removeFirst();
      // Written and flushed one by one, so that the next answer finds its buffer free again.
      if (written != null && written != slot.connection) {
        written.flush();
      }
      written = slot.connection;
      left -= slot.ifKept == null ? 0 : 1;
      leave(slot, kept);
    }
    if (written != null) {
      written.flush();
    }
  }

  private void leave(Slot slot, boolean kept) {
    Connection connection = Objects.requireNonNull(slot.connection);
    try {
      connection.release(answer(slot, kept), slot.after);
    } catch (RuntimeException | Error e) { // of the next ones each must get its own answer
      connection.failed(e);
    }
    slot.connection = null;
    slot.ifKept = null;
    slot.answer = null;
    if (unused.size() < KEPT_SLOTS) {
      unused.addLast(slot);
    }
  }

  private ByteBuf answer(Slot slot, boolean kept) {
    Verdict ifKept = slot.ifKept;
    if (ifKept == null) {
      return Objects.requireNonNull(slot.answer);
    }
    Verdict verdict = kept ? ifKept : Verdict.NOT_TO_DISK;
    counters.count(verdict);
    return answers.of(verdict.answer(), slot.after, slot.origin);
  }
}
