package io.estat.etl.source;

import io.estat.etl.breaker.OutageException;
import java.sql.SQLTransientConnectionException;

/** The database is away: it was not asked. */
public final class SourceAwayException extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1L;

  /** The standard's state for a connection that cannot be made. */
  private static final String NO_CONNECTION = "08001";

  SourceAwayException(OutageException outage) {
    super(outage.outage().message(), NO_CONNECTION, outage);
  }
}
