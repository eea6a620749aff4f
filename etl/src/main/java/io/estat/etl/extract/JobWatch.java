package io.estat.etl.extract;

import io.estat.etl.domain.JobEvent;

/** Whoever follows and owns a run. Called by the run's threads, also by several at once. */
public interface JobWatch {
  /**
   * Something happened. The events of one table come in order; a change of state must be stored
   * before this returns. Must not throw, except {@link ClaimLostException}.
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
