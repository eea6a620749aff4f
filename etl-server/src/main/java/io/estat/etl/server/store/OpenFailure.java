package io.estat.etl.server.store;

import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/** Why a job store cannot be opened and what to do about it, in a sentence. */
final class OpenFailure {
  /** What H2 says when another process has the file. */
  private static final int H2_ALREADY_OPEN = 90020;

  private OpenFailure() {}

  static String explain(Vendor vendor, Throwable failure) {
    SQLException sql = last(failure, SQLException.class);
    if (vendor == Vendor.H2 && sql != null && sql.getErrorCode() == H2_ALREADY_OPEN) {
      return "another process has the job store of repository.url open; an H2 file serves one"
          + " process: stop the other, or give all of them one PostgreSQL or MariaDB database";
    }
    FlywayException migration = last(failure, FlywayException.class);
    if (migration != null) {
      return "the tables of the job store of repository.url (REPOSITORY_URL) cannot be brought to this version: %s; give it a database of its own in which its user may create tables, or start the version that made them"
          .formatted(firstLine(sql == null ? migration : sql));
    }
    return sql == null
        ? "the job store of repository.url (REPOSITORY_URL) cannot be opened: " + failure
        : "the job store of repository.url (REPOSITORY_URL) cannot be opened: %s; %s"
            .formatted(firstLine(sql), advice(sql));
  }

  /** By the standard's classes of SQLSTATE, which the three databases keep to here. */
  private static String advice(SQLException sql) {
    String state = String.valueOf(sql.getSQLState());
    if (state.startsWith("28")) {
      return "set repository.username and repository.password to a user's that may log in";
    }
    if (state.startsWith("08")) {
      return "start the database, or mend host, port and TLS settings in the URL";
    }
    return "mend the URL, or what the database says";
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .strip()
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("\\.$", "");
  }

  private static <T extends Throwable> @Nullable T last(Throwable failure, Class<T> type) {
    T last = null;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        last = type.cast(t);
      }
    }
    return last;
  }
}
