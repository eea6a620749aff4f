package io.estat.etl.source;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The point in time of a snapshot can no longer be read; the message says why. */
public final class SnapshotGoneException extends SQLException {
  private static final long serialVersionUID = 1L;

  public SnapshotGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
