package io.estat.etl.extract;

import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Snapshot;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A snapshot for each reader of a table, taken as it comes and closed as it leaves. */
final class FreshPoints implements PointInTime {
  /** Takes one. */
  interface Taking {
    Snapshot take() throws SQLException;
  }

  private final Taking taking;
  private final Snapshots snapshots;
  private final Runnable close;
  // Guarded by this.
  private int holders = 1;
  private @Nullable Snapshot first;
  private @Nullable Snapshot last;

  /**
   * @param close called once, when everybody has left
   */
  FreshPoints(Taking taking, Snapshots snapshots, Runnable close) {
    this.taking = taking;
    this.snapshots = snapshots;
    this.close = close;
  }

  @Override
  public Hold hold() throws SQLException {
    Snapshot taken = taking.take();
    snapshots.opened(taken);
    retain();
    synchronized (this) {
      first = first == null || taken.takenAt().isBefore(first.takenAt()) ? taken : first;
      last = last == null || taken.takenAt().isAfter(last.takenAt()) ? taken : last;
    }
    return new Hold() {
      @Override
      public Snapshot snapshot() {
        return taken;
      }

      @Override
      public void close() {
        snapshots.close(taken);
        release();
      }
    };
  }

  @Override
  public TablePlan plan(Planner planner, TableRequest table) throws SQLException, PlanException {
    return planner.planLoose(table);
  }

  @Override
  public int maxReaders() {
    return Integer.MAX_VALUE;
  }

  @Override
  public synchronized Description description() {
    return first == null || last == null
        ? new Description("chunk", "none", Instant.EPOCH, Instant.EPOCH)
        : new Description("chunk", first.id(), first.takenAt(), last.takenAt());
  }

  @Override
  public synchronized void retain() {
    holders++;
  }

  @Override
  public void release() {
    boolean all;
    synchronized (this) {
      holders--;
      all = holders == 0;
    }
    if (all) {
      close.run();
    }
  }
}
