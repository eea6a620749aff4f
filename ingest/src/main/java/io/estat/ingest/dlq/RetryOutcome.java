package io.estat.ingest.dlq;

/** How one attempt to bring a file of the DLQ into the bucket ended. */
public enum RetryOutcome {
  /** The folder holds nothing to try now: come back when something was saved, or in a while. */
  NOTHING_THERE,
  /** Entries were looked at, none could be tried; the next attempt goes on from there. */
  LOOKED,
  /** The file's events are in the bucket, the file is gone. */
  REUPLOADED,
  /** The file was corrupt: it is in the quarantine, its readable lines are in the bucket. */
  QUARANTINED,
  /** The store did not take it; waiting before the next attempt is wise. */
  STORE_FAILED,
  /** This file failed for a reason of its own; the others come before it is tried again. */
  FILE_FAILED;

  /** Whether another attempt may follow at once. */
  public boolean goOn() {
    return this == LOOKED || this == REUPLOADED || this == QUARANTINED || this == FILE_FAILED;
  }
}
