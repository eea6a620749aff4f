package io.estat.etl.extract;

import io.estat.etl.extract.SnapshotPolicy.Scope;

/**
 * What a run may take of the pool for tables that have a snapshot of their own, so that there are
 * always sessions left to read with.
 *
 * @param share connections that the run has for all it does
 * @param atOnce tables with a snapshot of their own at the same time
 * @param sessions each may hold, where a snapshot is held by its sessions
 */
record OwnSnapshots(int share, int atOnce, int sessions) {
  /** Beside its readers a run needs a session that keeps the snapshot, and one for the catalog. */
  private static final int OTHER_SESSIONS = 2;

  static OwnSnapshots of(int poolMax, ExtractOptions options) {
    int readers = options.parallelTables();
    int runs = Math.max(1, poolMax / (readers + OTHER_SESSIONS));
    int share = poolMax / runs;
    int atOnce = Math.clamp(share - readers - 1, 1, readers);
    // The readers of the run's snapshot hold theirs already.
    boolean besideTheRuns = options.snapshots().scope() == Scope.JOB;
    int sessions = besideTheRuns ? 1 : Math.clamp((share - 1) / atOnce, 1, readers);
    return new OwnSnapshots(share, atOnce, sessions);
  }

  /**
   * How many tables can be planned side by side, each in a session of its own, beside the sessions
   * that the run's snapshot holds and one for the API.
   *
   * @param held by the snapshot
   */
  int plannersBeside(int held) {
    return Math.max(1, share - held - 1);
  }
}
