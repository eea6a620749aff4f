package io.estat.etl.source;

import io.estat.etl.breaker.Outage;
import io.estat.etl.breaker.OutageException;
import java.sql.SQLTransientConnectionException;

/** The database is away: it was not asked. */
public final class SourceAwayException extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1L;

  /** The standard's state for a connection that cannot be made. */
  private static final String NO_CONNECTION = "08001";

  /** Outage is a plain record; kept out of serialization all the same. */
  private final transient Outage outage;

  SourceAwayException(OutageException cause) {
    super(cause.outage().message(), NO_CONNECTION, cause);
    outage = cause.outage();
  }

  public Outage outage() {
    return outage;
  }
}
