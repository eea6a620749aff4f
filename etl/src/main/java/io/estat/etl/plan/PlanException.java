package io.estat.etl.plan;

import io.estat.etl.domain.Failure;

/** What was asked for cannot be read from this database; the message is for who asked. */
public final class PlanException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A table that the catalog does not have, or does not show to this user. */
  static final String TABLE_NOT_FOUND = "TABLE_NOT_FOUND";

  /** Columns, condition or types that do not fit the table. */
  static final String VALIDATION_ERROR = "VALIDATION_ERROR";

  private final String code;

  private PlanException(String code, String message) {
    super(message);
    this.code = code;
  }

  static PlanException notFound(String message) {
    return new PlanException(TABLE_NOT_FOUND, message);
  }

  static PlanException invalid(TableRequest request, String problem) {
    return new PlanException(VALIDATION_ERROR, "table " + request.asked() + ": " + problem);
  }

  /** With one of the API's error codes. */
  public Failure failure() {
    return new Failure(code, String.valueOf(getMessage()));
  }
}
