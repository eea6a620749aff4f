package io.estat.etl.source;

import java.sql.SQLException;
import java.util.Optional;

/** What failures mean whatever the database: the SQL standard's classes, and the pool's own. */
final class StandardFailure {
  private StandardFailure() {}

  /** The innermost: the pool and some drivers wrap what the database said. */
  static SQLException root(SQLException failure) {
    SQLException root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException inner) {
        root = inner;
      }
    }
    return root;
  }

  static String state(SQLException failure) {
    return failure.getSQLState() == null ? "" : failure.getSQLState();
  }

  /** Empty: only the database's own codes can tell. */
  static Optional<SourceFailure> of(SQLException failure) {
    if (failure instanceof SnapshotGoneException) {
      return Optional.of(SourceFailure.SNAPSHOT_LOST);
    }
    if (failure instanceof CursorStoppedException) {
      return Optional.of(SourceFailure.CANCELLED);
    }
    String state = state(failure);
    if (state.startsWith("08") || state.startsWith("40")) {
      return Optional.of(SourceFailure.TRANSIENT);
    }
    if (state.startsWith("28")) {
      return Optional.of(SourceFailure.DENIED);
    }
    // The pool's patience ended: no state, and nothing of the database's below.
    boolean patience = failure instanceof java.sql.SQLTransientConnectionException;
    return patience ? Optional.of(SourceFailure.TRANSIENT) : Optional.empty();
  }
}
