package io.estat.etl.domain;

/** Who started a job. */
public enum Trigger {
  API,
  SCHEDULE,
  CLI
}
