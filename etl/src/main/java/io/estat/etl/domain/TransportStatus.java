package io.estat.etl.domain;

/** What a transport does, or how its last job ended. */
public enum TransportStatus {
  IDLE,
  RUNNING,
  FAILED
}
