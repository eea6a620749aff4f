package io.estat.etl.extract;

/**
 * What a run reads at one point in time, and what it does when that is gone.
 *
 * @param onLost applies where the database no longer has the rows as they were
 */
public record SnapshotPolicy(Scope scope, OnLost onLost) {
  /** One point in time for all, which has to last. */
  public static final SnapshotPolicy DEFAULT = new SnapshotPolicy(Scope.JOB, OnLost.FAIL);

  /** What is read at one point in time. */
  public enum Scope {
    /** All tables, so that they agree with each other. */
    JOB,
    /** Each table by itself. */
    TABLE,
    /** Each chunk by itself: a row that moves meanwhile may be missing or come twice. */
    CHUNK
  }

  /** What becomes of a table whose point in time is gone. */
  public enum OnLost {
    FAIL,
    /** It begins anew at a point in time of its own. */
    RESTART_TABLE
  }
}
