package io.estat.ingest.disk;

import java.io.IOException;

/** The disk or the quota is full: removing files may help. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }

  public NoSpaceException(String message) {
    super(message);
  }
}
