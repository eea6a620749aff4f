package io.estat.etl.server.run;

import io.estat.etl.domain.JobId;

/** The job belongs to another instance, or has ended: nothing of this run counts any more. */
public final class ClaimLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClaimLostException(JobId job) {
    super(
        "the claim of job "
            + job
            + " is lost: another instance has taken it for dead, or it ended");
  }
}
