package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import org.jspecify.annotations.Nullable;

/** A table or job cannot go on; says why in the words of the API. */
final class ExtractException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Failure is a plain record of strings; kept out of serialization all the same. */
  private final transient Failure failure;

  ExtractException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    failure = new Failure(code, message);
  }

  Failure failure() {
    return failure;
  }
}
