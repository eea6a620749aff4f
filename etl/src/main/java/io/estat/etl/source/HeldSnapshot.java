package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A point in time that only transactions begun at its opening can see. Their sessions are handed
 * out one after the other and never end their transaction; one that breaks is not replaced, and
 * with the last of them the snapshot is lost. So it is when it is too old.
 */
final class HeldSnapshot implements Snapshot {
  /**
   * A session cannot be had again, so one that answers late is not given up as one that is gone.
   */
  private static final int VALID_SECONDS = 30;

  private final String id;
  private final String reason;
  private final int opened;
  private final SnapshotAge age;
  private final Proof proof;
  private final SnapshotPulse pulse = new SnapshotPulse();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Connection> free;
  private final List<Connection> alive;

  /** What a session that has read a table must be asked. */
  interface Proof {
    void require(Connection session, String table, List<String> columns) throws SQLException;
  }

  /**
   * @param sessions each in a transaction that sees the same point in time
   */
  HeldSnapshot(String id, String reason, List<Connection> sessions, SnapshotAge age) {
    this(id, reason, sessions, age, (session, table, columns) -> {});
  }

  HeldSnapshot(String id, String reason, List<Connection> sessions, SnapshotAge age, Proof proof) {
    this.proof = proof;
    this.id = id;
    this.reason = reason;
    this.opened = sessions.size();
    this.free = new ArrayDeque<>(sessions);
    this.alive = new ArrayList<>(sessions);
    this.age = age;
    pulse.start(this::beat);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant takenAt() {
    return age.takenAt();
  }

  @Override
  public boolean durable() {
    return false;
  }

  @Override
  public int maxSessions() {
    return opened;
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public Connection session() throws SQLException {
    age.require(id);
    try {
      lock.lockInterruptibly();
      try {
        while (free.isEmpty()) {
          if (alive.isEmpty()) {
            throw new SnapshotGoneException(
                "every session of the snapshot '%s' is gone".formatted(id), null);
          }
          changed.await();
          age.require(id);
        }
        return Lease.of(free.poll(), this::giveBack);
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a session of the snapshot", e);
    }
  }

  @Override
  public void requireUnchanged(Connection session, String table, List<String> columns)
      throws SQLException {
    proof.require(session, table, columns);
  }

  private void giveBack(Connection session) {
    boolean usable = !isTooOld() && usable(session);
    lock.lock();
    try {
      if (!usable) {
        alive.remove(session);
      } else if (alive.contains(session)) {
        free.add(session);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (!usable) {
      end(session);
    }
  }

  /**
   * Those that are read with show by themselves whether they live. One at a time: a session that
   * does not answer keeps no other from its reader.
   */
  void beat() {
    for (int left = opened; left > 0; left--) {
      Connection idle;
      lock.lock();
      try {
        idle = free.poll();
      } finally {
        lock.unlock();
      }
      if (idle == null) {
        return;
      }
      giveBack(idle);
    }
  }

  private boolean isTooOld() {
    try {
      age.require(id);
      return false;
    } catch (SnapshotGoneException e) {
      return true;
    }
  }

  private static boolean usable(Connection session) {
    try {
      return session.isValid(VALID_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() {
    pulse.close();
    List<Connection> ending;
    lock.lock();
    try {
      ending = List.copyOf(alive);
      alive.clear();
      free.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    ending.forEach(HeldSnapshot::end);
  }

  /** Back to the pool, which looks at it before it is used again. */
  static void end(Connection session) {
    try {
      session.rollback();
    } catch (SQLException e) {
      // Broken: closing tells the pool.
    }
    try {
      session.close();
    } catch (SQLException e) {
      // The pool drops it.
    }
  }
}
