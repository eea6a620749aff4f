package io.estat.testkit.gcs;

/** The kinds of requests that faults can be given to. */
public enum GcsCall {
  /** Multipart or media upload of a whole object. */
  INSERT,
  /** POST that opens a resumable session. */
  OPEN_SESSION,
  /** PUT of bytes of a session that are not the last. */
  CHUNK,
  /** PUT that says the object's length and so completes a session. */
  COMPLETE,
  /** Empty PUT that asks how many bytes a session has. */
  STATUS,
  /** DELETE of a session. */
  CANCEL,
  /** The object's metadata. */
  GET,
  /** The object's bytes. */
  MEDIA,
  LIST,
  /** DELETE of an object. */
  DELETE
}
