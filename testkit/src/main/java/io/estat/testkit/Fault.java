package io.estat.testkit;

/** What {@link FaultyStore} does to one call. */
public enum Fault {
  /** Nothing: the call goes through. */
  NONE,
  /** Fails without an answer; nothing is stored. */
  LOST_REQUEST,
  /** Stores, then fails without an answer. */
  LOST_ANSWER,
  /** Waits until the call's timeout, then fails without an answer; nothing is stored. */
  HANG,
  /** Waits until the call's timeout, stores, then fails without an answer. */
  HANG_THEN_STORE,
  /** Says that access is denied. */
  DENIED,
  /** Says that the bucket does not exist. */
  NO_BUCKET,
  /** Says: slow down. */
  THROTTLED,
  /** Fails with an inner error of the store. */
  UNAVAILABLE,
  /** Says that another writer is at the same key. */
  CONFLICT,
  /** Does not know conditions; plain puts go through. */
  REFUSES_CONDITIONS,
  /** Somebody else was faster: another object, with other metadata, has the key. */
  TAKEN
}
