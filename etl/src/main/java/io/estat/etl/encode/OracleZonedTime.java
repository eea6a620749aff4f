package io.estat.etl.encode;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Oracle's TIMESTAMP WITH TIME ZONE: a TIMESTAMP in UTC and two bytes of zone, either offset or
 * number of a region, as {@code oracle.sql.TIMESTAMPTZ} of the driver reads them. Shown at its own
 * offset, which for a region is the one that Java's rules give for that point in time. One thread.
 */
final class OracleZonedTime {
  private static final int ZONE_AT = 11;
  private static final int REGION = 0x80;
  private static final int REGIONS = 1 << 13;

  private final OracleTime utc;
  private final TimeText text;
  private final boolean showRegion;

  /** By their number, as they are met. */
  private final @Nullable ZoneId[] regions = new ZoneId[REGIONS];

  OracleZonedTime(int secondDigits, boolean showRegion, EncodeCounters counters) {
    this.utc = new OracleTime(secondDigits, counters);
    this.text = new TimeText(secondDigits, counters);
    this.showRegion = showRegion;
  }

  void put(byte[] time, LineBuffer out) {
    ZoneId zone = zone(time);
    LocalDateTime instant = instant(time);
    out.put('"');
    if (instant == null) {
      utc.fields(time, out);
      TimeText.offset(ZoneOffset.UTC, out);
    } else {
      ZoneOffset offset = zone.getRules().getOffset(instant.toInstant(ZoneOffset.UTC));
      text.dateTime(instant.plusSeconds(offset.getTotalSeconds()), out);
      TimeText.offset(offset, out);
    }
    if (showRegion && !(zone instanceof ZoneOffset)) {
      out.put('[');
      out.putAscii(zone.getId());
      out.put(']');
    }
    out.put('"');
  }

  /** In UTC; null: a day that only the Julian calendar has. */
  private static @Nullable LocalDateTime instant(byte[] time) {
    try {
      return LocalDateTime.of(
          OracleTime.year(time),
          time[2],
          time[3],
          time[4] - 1,
          time[5] - 1,
          time[6] - 1,
          OracleTime.nanos(time));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private ZoneId zone(byte[] time) {
    int high = time[ZONE_AT] & 0xFF;
    int low = time[ZONE_AT + 1] & 0xFF;
    if ((high & REGION) == 0) {
      return ZoneOffset.ofHoursMinutes(high - 20, low - 60);
    }
    int id = ((high & ~REGION) << 6) | (low >>> 2);
    ZoneId known = regions[id];
    if (known == null) {
      known = region(id);
      regions[id] = known;
    }
    return known;
  }

  /** UTC for a region that Java does not know: the point in time stays the same. */
  private static ZoneId region(int id) {
    String name = OracleValues.region(id);
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name, ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}
