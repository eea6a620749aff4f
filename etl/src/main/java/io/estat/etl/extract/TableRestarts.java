package io.estat.etl.extract;

import io.estat.etl.extract.SnapshotPolicy.OnLost;
import io.estat.etl.source.SourceFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a table one of whose chunks cannot be read again by itself: it begins anew with
 * nothing kept of the attempt before, or it has failed. Thread-safe.
 */
final class TableRestarts {
  private static final Logger LOG = LoggerFactory.getLogger(TableRestarts.class);

  private final ExtractOptions options;
  private final TableOpening opening;
  private final WorkQueue queue;
  private final TableEnd end;

  TableRestarts(ExtractOptions options, TableOpening opening, WorkQueue queue, TableEnd end) {
    this.options = options;
    this.opening = opening;
    this.queue = queue;
    this.end = end;
  }

  /**
   * Where only the connection broke the point in time stays, otherwise the table gets a new one.
   *
   * @param failure of the chunk: transient, or the snapshot is lost
   */
  void after(TableAttempt attempt, SourceFailure failure, ExtractException why)
      throws ClaimLostException {
    if (!attempt.abandon()) {
      // The other workers of the attempt fail for the same reason.
      return;
    }
    TableRun table = attempt.table();
    boolean lost = failure == SourceFailure.SNAPSHOT_LOST;
    boolean allowed = !lost || options.snapshots().onLost() == OnLost.RESTART_TABLE;
    if (!allowed || !table.restart(options.retry().attempts())) {
      end.fail(table, why.failure());
      return;
    }
    LOG.warn(
        "The extraction of {} begins anew{}: {}",
        table.name(),
        lost ? " at another point in time" : "",
        why.failure().message());
    if (lost) {
      attempt.end();
      queue.addUnopened(table);
    } else {
      attempt.output().abort();
      queue.add(opening.again(attempt));
      attempt.end();
    }
  }
}
