package io.estat.etl.server.web;

import io.estat.etl.server.error.ApiException;
import io.estat.etl.server.error.ErrorCode;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceAwayException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Asks the source database on behalf of a request. */
@Component
final class SourceCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(SourceCatalog.class);

  private final Source source;

  SourceCatalog(Source source) {
    this.source = source;
  }

  /** What is asked for. */
  interface Question<T> {
    T of(Connection connection) throws SQLException;
  }

  /**
   * @throws ApiException ORACLE_CONNECTION_ERROR if the database does not answer, at once while it
   *     is known to be away; the reason stands in the log, because a driver's message may show more
   *     than the caller is to know
   */
  <T> T ask(Question<T> question) {
    try (Connection connection = source.connection()) {
      return question.of(connection);
    } catch (SourceAwayException e) {
      throw OutageAnswer.of(ErrorCode.ORACLE_CONNECTION_ERROR, e.outage());
    } catch (SQLException e) {
      LOG.warn(
          "The source database does not answer: {} (SQLState {}, code {})",
          e.getMessage(),
          e.getSQLState(),
          e.getErrorCode());
      throw new ApiException(
          ErrorCode.ORACLE_CONNECTION_ERROR,
          "the source database does not answer (SQLState %s, code %d); the log tells more"
              .formatted(e.getSQLState(), e.getErrorCode()));
    }
  }

  /** The owner of tables that are named without one. */
  String defaultOwner(Connection connection) throws SQLException {
    return source.defaultOwner(connection);
  }
}
