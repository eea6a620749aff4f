package io.estat.etl.server.store;

/** The job store cannot be used; the message says why and what to do. */
public final class StoreOpenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreOpenException(String message, Throwable cause) {
    super(message, cause);
  }
}
