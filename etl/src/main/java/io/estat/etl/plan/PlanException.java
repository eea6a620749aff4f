package io.estat.etl.plan;

import io.estat.etl.domain.Failure;
import io.estat.etl.source.Hidden;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was asked for cannot be read from this database; the message is for who asked. */
public final class PlanException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A table that the catalog does not have, or does not show to this user. */
  static final String TABLE_NOT_FOUND = "TABLE_NOT_FOUND";

  /** Columns, condition or types that do not fit the table. */
  static final String VALIDATION_ERROR = "VALIDATION_ERROR";

  private final String code;
  private final @Nullable String remedy;

  private PlanException(String code, String message, @Nullable String remedy) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }

  static PlanException notFound(String message) {
    return new PlanException(TABLE_NOT_FOUND, message, null);
  }

  static PlanException invalid(TableRequest request, String problem) {
    return new PlanException(VALIDATION_ERROR, about(request, problem), null);
  }

  static PlanException hidden(TableRequest request, Hidden hidden) {
    return new PlanException(VALIDATION_ERROR, about(request, hidden.toString()), hidden.remedy());
  }

  private static String about(TableRequest request, String problem) {
    return "table " + request.asked() + ": " + problem;
  }

  /** What to do where neither a grant nor another table request helps. */
  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }

  /** With one of the API's error codes. */
  public Failure failure() {
    return new Failure(code, String.valueOf(getMessage()));
  }
}
