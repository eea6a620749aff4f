package io.estat.etl.source;

/** Classes of a database's failure, by what the caller can do about them. */
public enum SourceFailure {
  /** The connection or the server went away; the same call may succeed later. */
  TRANSIENT,
  /** The point in time can no longer be read. */
  SNAPSHOT_LOST,
  /** The statement was cancelled, by us or by a DBA. */
  CANCELLED,
  /** A right is missing, or the credentials are wrong. */
  DENIED,
  /** The table changed its form while it was read, or is gone. */
  CHANGED,
  /** Everything else: asking again will not help. */
  PERMANENT
}
