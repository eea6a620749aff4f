package io.estat.etl.extract;

import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Snapshot;
import java.sql.SQLException;
import java.time.Instant;

/** When the readers of a table see it. Thread-safe. */
interface PointInTime {
  /** A reader's hold on a snapshot: it stays open until this is closed. */
  interface Hold extends AutoCloseable {
    Snapshot snapshot();

    @Override
    void close();
  }

  /**
   * What the manifest says of it.
   *
   * @param scope {@code job}, {@code table} or {@code chunk}: what was read at one point in time
   * @param takenUntil of several points the last, otherwise {@code takenAt}
   */
  record Description(String scope, String id, Instant takenAt, Instant takenUntil) {}

  /**
   * For one chunk.
   *
   * @throws SQLException also when the point in time is gone
   */
  Hold hold() throws SQLException;

  /** Plans a table that will be read at it. */
  TablePlan plan(Planner planner, TableRequest table) throws SQLException, PlanException;

  /** How many can read at the same time. */
  int maxReaders();

  Description description();

  /** A table will read at it. */
  void retain();

  /** The table needs it no more; whoever reads goes on. */
  void release();
}
