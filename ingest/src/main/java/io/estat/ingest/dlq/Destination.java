package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.storage.ObjectContent;

/**
 * Where a retried file goes. A call blocks until the store answered, and may be repeated with the
 * same arguments after a crash: whoever implements it looks whether the object is there first.
 */
public interface Destination {
  /** Which part of the bucket. */
  enum Target {
    /** {@code RAW_PREFIX}: every line is readable JSON. */
    RAW,
    /** {@code DLQ_PREFIX}: a corrupt file as it was found. */
    QUARANTINE
  }

  /** How it ended. */
  sealed interface Delivery {
    /** The object is there, whole, under this key. */
    record Stored(String key) implements Delivery {}

    /** The store is not well; any other file would have failed, too. */
    record StoreFailed(String reason) implements Delivery {}

    /** The store answers others, but does not take this one. */
    record Refused(String reason) implements Delivery {}
  }

  /**
   * @param content whole gzip file; may be opened as often as wanted during the call
   * @param summary what the lines that could be read amount to. For {@link Target#QUARANTINE} the
   *     events are those the file was saved with. For {@link Target#RAW} it may tell of fewer
   *     events than an object that is already there under this batch's name: then an earlier put of
   *     the whole batch had arrived, the file was damaged afterwards, and nothing is to be added
   */
  Delivery deliver(Target target, BatchName name, ObjectContent content, BatchSummary summary);

  /**
   * Objects that the store has taken in this process, whoever brought them. When it grows between
   * two failures, the store was well in between, and the failures are the files' own.
   */
  long storedSoFar();
}
