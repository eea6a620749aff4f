package io.estat.etl.server.store;

/** What the holder of a claim learns when it renews it. */
public enum Lease {
  HELD,
  /** Held, and somebody asked for the end of the job. */
  CANCEL_REQUESTED,
  /** Another instance gave the job up for dead, or it has ended. */
  LOST
}
