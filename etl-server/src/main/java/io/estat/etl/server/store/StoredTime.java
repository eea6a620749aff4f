package io.estat.etl.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as all three databases keep them: UTC without a zone, in microseconds. */
final class StoredTime {
  private StoredTime() {}

  /** As precise as it will be read back. */
  static Instant now(InstantSource clock) {
    return trim(clock.instant());
  }

  static Instant trim(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  static LocalDateTime of(Instant time) {
    return LocalDateTime.ofInstant(trim(time), ZoneOffset.UTC);
  }

  static @Nullable LocalDateTime ofNullable(@Nullable Instant time) {
    return time == null ? null : of(time);
  }

  static Instant read(ResultSet row, String column) throws SQLException {
    return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  static @Nullable Instant readNullable(ResultSet row, String column) throws SQLException {
    LocalDateTime time = row.getObject(column, LocalDateTime.class);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }
}
