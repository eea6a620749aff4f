package io.estat.etl.server.store;

import io.estat.etl.domain.Job;

/** What came of asking for the end of a job. */
public sealed interface CancelRequest {
  /**
   * Whoever runs the job will be told within two seconds; asking again changes nothing. A job that
   * nobody had begun is cancelled already.
   */
  record Accepted(Job job) implements CancelRequest {}

  record NotFound() implements CancelRequest {}

  /** There is nothing to cancel. */
  record AlreadyEnded(Job job) implements CancelRequest {}
}
