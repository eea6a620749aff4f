package io.estat.etl.domain;

/** The states of one table's extraction. */
public enum ExtractionStatus {
  PENDING,
  RUNNING,
  COMPLETED,
  FAILED;

  /** Whether nothing more can happen to the extraction. */
  public boolean isFinal() {
    return this == COMPLETED || this == FAILED;
  }

  public boolean canBecome(ExtractionStatus next) {
    return switch (this) {
      case PENDING -> next == RUNNING || next == FAILED;
      // Its process died, and another one begins the table anew.
      case RUNNING -> next == PENDING || next.isFinal();
      case COMPLETED, FAILED -> false;
    };
  }
}
