package io.estat.etl.extract;

import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.SnapshotGoneException;
import java.sql.SQLException;

/**
 * One snapshot for many readers, of one table or of many. It is closed when whoever opened it, all
 * tables and all readers have left it.
 */
final class SharedPoint implements PointInTime {
  private final String scope;
  private final Snapshot snapshot;
  private final Runnable close;

  /** Guarded by this. */
  private int holders = 1;

  /**
   * @param scope what is read at it: {@code job} or {@code table}
   * @param close called once, when everybody has left
   */
  SharedPoint(String scope, Snapshot snapshot, Runnable close) {
    this.scope = scope;
    this.snapshot = snapshot;
    this.close = close;
  }

  @Override
  public Hold hold() throws SQLException {
    synchronized (this) {
      if (holders == 0) {
        throw new SnapshotGoneException("nothing reads at %s any more".formatted(id()), null);
      }
      holders++;
    }
    return new Hold() {
      @Override
      public Snapshot snapshot() {
        return snapshot;
      }

      @Override
      public void close() {
        release();
      }
    };
  }

  @Override
  public synchronized void retain() {
    holders++;
  }

  @Override
  public void release() {
    boolean last;
    synchronized (this) {
      holders--;
      last = holders == 0;
    }
    if (last) {
      close.run();
    }
  }

  @Override
  public TablePlan plan(Planner planner, TableRequest table) throws SQLException, PlanException {
    return planner.plan(snapshot, table);
  }

  private String id() {
    return snapshot.id();
  }

  @Override
  public int maxReaders() {
    return snapshot.maxSessions();
  }

  @Override
  public Description description() {
    return new Description(scope, snapshot.id(), snapshot.takenAt(), snapshot.takenAt());
  }
}
