package io.estat.etl.extract;

import io.estat.etl.source.Dialect;
import io.estat.etl.source.SnapshotGoneException;
import io.estat.etl.source.SourceFailure;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Calls to the database that are made again while it is away. Thread-safe. */
final class SourceCalls {
  /** One call to the database. */
  interface Call<T, X extends Exception> {
    T run() throws SQLException, X;
  }

  private final Dialect dialect;
  private final Retries retries;

  SourceCalls(Dialect dialect, Retries retries) {
    this.dialect = dialect;
    this.retries = retries;
  }

  /** Makes the call until it succeeds, fails for good or patience ends. */
  <T, X extends Exception> T call(@Nullable String table, Call<T, X> call)
      throws X, ExtractException, InterruptedException {
    Retries.Attempts attempts = retries.attempts(table);
    while (true) {
      try {
        return call.run();
      } catch (SQLException e) {
        ExtractException explained = explain(e);
        if (dialect.classify(e) != SourceFailure.TRANSIENT) {
          throw explained;
        }
        attempts.failed(explained.failure().message(), () -> explained);
      }
    }
  }

  SourceFailure classify(SQLException e) {
    return dialect.classify(e);
  }

  /** The failure in the words of the API, with the database's own first line. */
  ExtractException explain(SQLException e) {
    return explain(dialect, e);
  }

  static ExtractException explain(Dialect dialect, SQLException e) {
    String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
    return switch (dialect.classify(e)) {
      case TRANSIENT ->
          new ExtractException(
              "ORACLE_CONNECTION_ERROR", "the database cannot be reached: " + said, e);
      case SNAPSHOT_LOST ->
          new ExtractException(
              "SNAPSHOT_LOST",
              e instanceof SnapshotGoneException
                  ? "the point in time of the job is gone: " + said
                  : "the database no longer has the data as of the job's point in time: "
                      + said
                      + "; run the job again when nobody alters or empties tables, and if it repeats"
                      + " give the database more room for old versions (undo)",
              e);
      case CANCELLED ->
          new ExtractException("CANCELLED", "the statement was cancelled: " + said, e);
      case DENIED ->
          new ExtractException(
              "SOURCE_DENIED",
              "the database refuses: " + said + "; grant the right, or correct the credentials",
              e);
      case CHANGED ->
          new ExtractException(
              "TABLE_CHANGED",
              "the table is no longer what it was when the job began: "
                  + said
                  + "; run the job again",
              e);
      case PERMANENT ->
          new ExtractException(
              "SOURCE_ERROR",
              "%s (SQLState %s, code %d)"
                  .formatted(said, String.valueOf(e.getSQLState()), e.getErrorCode()),
              e);
    };
  }
}
