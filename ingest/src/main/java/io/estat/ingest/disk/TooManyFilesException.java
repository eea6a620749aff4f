package io.estat.ingest.disk;

import java.io.IOException;

/**
 * The process, or the machine, may open no further file now: that says nothing of the file that was
 * to be opened.
 */
public final class TooManyFilesException extends IOException {
  private static final long serialVersionUID = 1L;

  public TooManyFilesException(String message, Throwable cause) {
    super(message, cause);
  }
}
