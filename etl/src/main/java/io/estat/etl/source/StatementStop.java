package io.estat.etl.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How a driver is told to stop what a cursor runs. */
interface StatementStop {
  /** Ends what the session runs, if anything; from any thread, also several times. */
  void cancel(Connection session, Statement running) throws SQLException;

  /**
   * Ends a result of which rows may still be to come. Afterwards its statement is closed, and the
   * session is used for something else; neither may cost what the rows to come would.
   */
  default void giveUp(Connection session, ResultSet rows) throws SQLException {}
}
