package io.estat.etl.source;

import java.sql.Connection;
import java.sql.SQLException;

/** A source before a real one, which answers for all that is not answered here. */
public interface SourceBehind extends Source {
  Source real();

  @Override
  default Dialect dialect() {
    return real().dialect();
  }

  @Override
  default SourceSettings settings() {
    return real().settings();
  }

  @Override
  default Connection connection() throws SQLException {
    return real().connection();
  }

  @Override
  default void close() {
    real().close();
  }
}
