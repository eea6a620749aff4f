package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.JobCancelled;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobFailed;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last word of a run: every table has an end, then the job has. */
final class JobEnd {
  /** Nothing is said to be complete that is not, whatever went wrong. */
  private static final Failure NOT_READ =
      new Failure("INTERNAL_ERROR", "the table was not read; the server's log says why");

  private final TableEnd end;
  private final JobWatch watch;
  private final InstantSource clock;
  private final Cancellation cancellation;

  JobEnd(TableEnd end, JobWatch watch, InstantSource clock, Cancellation cancellation) {
    this.end = end;
    this.watch = watch;
    this.clock = clock;
    this.cancellation = cancellation;
  }

  /** Tells the watchers that there is a manifest. */
  JobOutcome tellCompleted() throws ClaimLostException {
    watch.on(new JobCompleted(clock.instant()));
    return new JobOutcome.Completed();
  }

  /**
   * Tells the watchers that there is no manifest, and why.
   *
   * @param fatal what ended the run before all tables had their turn, or null
   */
  JobOutcome tell(List<TableRun> tables, @Nullable Failure fatal) throws ClaimLostException {
    failUnfinished(tables, fatal == null ? NOT_READ : fatal);
    Failure cancelled = cancellation.reason();
    if (cancelled != null) {
      watch.on(new JobCancelled(clock.instant(), cancelled));
      return new JobOutcome.Cancelled(cancelled);
    }
    Failure why = fatal != null ? fatal : firstFailure(tables);
    watch.on(new JobFailed(clock.instant(), why));
    return new JobOutcome.Failed(why);
  }

  private void failUnfinished(List<TableRun> tables, Failure why) throws ClaimLostException {
    for (TableRun table : tables) {
      if (table.landed().isEmpty()) {
        end.fail(table, why);
      }
    }
  }

  private static Failure firstFailure(List<TableRun> tables) {
    List<TableRun> failed = tables.stream().filter(TableRun::hasFailed).toList();
    Failure why = failed.isEmpty() ? null : failed.getFirst().failure();
    return why == null
        ? NOT_READ
        : new Failure(
            why.code(),
            "%d of %d tables failed, the first: %s: %s"
                .formatted(failed.size(), tables.size(), failed.getFirst().name(), why.message()));
  }
}
