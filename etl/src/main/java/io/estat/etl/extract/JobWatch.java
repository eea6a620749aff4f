package io.estat.etl.extract;

import io.estat.etl.domain.JobEvent;

/** Whoever follows and owns a run. Called by the run's threads, also by several at once. */
public interface JobWatch {
  /**
   * Something happened. The events of one table come in order; a change of state must be stored
   * before this returns. What else it throws when that cannot be done ends the run, too, and then
   * {@link JobRun#run} throws it: nothing more is told, and what is visible by then stays.
   *
   * @throws ClaimLostException if the job belongs to somebody else by now and the event was not
   *     stored; the run ends
   */
  void on(JobEvent event) throws ClaimLostException;

  /**
   * Called before anything becomes visible in the store.
   *
   * @throws ClaimLostException if the job belongs to somebody else by now
   */
  void requireClaim() throws ClaimLostException;
}
