package io.estat.etl.server.schedule;

/** Why a time of a schedule made no job. */
public enum SkipReason {
  /** The job before was not at its end. */
  TRANSPORT_BUSY,
  TRANSPORT_DISABLED,
  /** No server looked when it was due. */
  MISSED
}
