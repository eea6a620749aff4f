package io.estat.etl.extract;

import io.estat.etl.extract.SnapshotPolicy.Scope;

/**
 * What a run may take of the pool for tables that have a snapshot of their own, so that there are
 * always sessions left to read with.
 *
 * @param atOnce tables with a snapshot of their own at the same time
 * @param sessions each may hold, where a snapshot is held by its sessions
 */
record OwnSnapshots(int atOnce, int sessions) {
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
    return new OwnSnapshots(atOnce, sessions);
  }
}
