package io.estat.etl.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of MariaDB and MySQL sends a result to its end, whether or not it is wanted, and the
 * driver keeps in memory what is left when a statement is closed. So the server is told to end it,
 * by KILL QUERY from a second connection: that leaves the session and its transaction.
 *
 * @see <a href="https://mariadb.com/kb/en/kill/">KILL</a>
 */
final class MariaDbStop implements StatementStop {
  private static final Logger LOG = LoggerFactory.getLogger(MariaDbStop.class);

  /** Sent whatever the session does just then; a server that is idle forgets it (MariaDB 10.11). */
  @Override
  public void cancel(Connection session, Statement running) throws SQLException {
    running.cancel();
  }

  @Override
  public void giveUp(Connection session, ResultSet rows) throws SQLException {
    try {
      session.unwrap(org.mariadb.jdbc.Connection.class).cancelCurrentQuery();
    } catch (SQLException e) {
      LOG.warn(
          "a result that is given up is read to its end, which may take long: no KILL QUERY", e);
    }
    // What is on its way is read over row by row; the driver keeps the error at its end to itself.
    rows.close();
    takeLateKill(session);
  }

  /** One that found the last row sent already ends the session's next statement: this one. */
  private static void takeLateKill(Connection session) throws SQLException {
    try {
      Query.run(session, "do 0");
    } catch (SQLException e) {
      if (e.getErrorCode() != MariaDbDialect.QUERY_INTERRUPTED) {
        throw e;
      }
    }
  }
}
