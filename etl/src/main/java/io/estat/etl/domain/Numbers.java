package io.estat.etl.domain;

/** How a number is written that a reader's double could not hold exactly. */
public enum Numbers {
  /** Quoted: every reader keeps every digit. */
  STRING,
  /** As a JSON number with all its digits. */
  NUMBER
}
