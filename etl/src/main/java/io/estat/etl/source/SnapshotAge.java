package io.estat.etl.source;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * How long a snapshot has been held, and how long it may be: old rows are kept for it meanwhile.
 */
final class SnapshotAge {
  private final Instant takenAt;
  private final Duration most;
  private final InstantSource clock;

  /** Of a snapshot that is taken now. */
  SnapshotAge(Duration most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
    takenAt = clock.instant();
  }

  Instant takenAt() {
    return takenAt;
  }

  /**
   * @param id of the snapshot
   * @throws SnapshotGoneException if it is too old
   */
  void require(String id) throws SnapshotGoneException {
    if (takenAt.plus(most).isBefore(clock.instant())) {
      throw new SnapshotGoneException(
          "the snapshot %s was taken at %s, which is longer ago than etl.max_snapshot_age (%s); raise it, or copy fewer tables in one job"
              .formatted(id, takenAt, most.toString().substring(2).toLowerCase(Locale.ROOT)),
          null);
    }
  }
}
