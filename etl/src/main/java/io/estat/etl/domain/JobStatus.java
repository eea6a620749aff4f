package io.estat.etl.domain;

/** The states of a job, in the order in which it can pass through them. */
public enum JobStatus {
  PENDING,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /** Whether nothing more can happen to the job. */
  public boolean isFinal() {
    return switch (this) {
      case PENDING, RUNNING -> false;
      case COMPLETED, FAILED, CANCELLED -> true;
    };
  }

  public boolean canBecome(JobStatus next) {
    return switch (this) {
      case PENDING -> next == RUNNING || next == FAILED || next == CANCELLED;
      case RUNNING -> next.isFinal();
      case COMPLETED, FAILED, CANCELLED -> false;
    };
  }
}
