package io.estat.etl.server.schedule;

import io.estat.etl.domain.Schedule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a schedule fires. The local times of the expression become instants stretch by stretch,
 * where a stretch lies between two changes of the zone's offset:
 *
 * <ul>
 *   <li>local times that a change leaves out fire together, once, at the moment of the change;
 *   <li>local times that a change repeats fire the first time only, those of an interval expression
 *       both times.
 * </ul>
 */
public final class FireTimes {
  /** An expression that does not fire within so many years never does. */
  public static final int HORIZON_YEARS = 5;

  private final Cron cron;
  private final ZoneId zone;
  private final ZoneRules rules;

  private FireTimes(Cron cron, ZoneId zone) {
    this.cron = cron;
    this.zone = zone;
    rules = zone.getRules();
  }

  /**
   * @throws IllegalArgumentException if the expression cannot be read
   */
  public static FireTimes of(Schedule schedule) {
    return new FireTimes(Cron.parse(schedule.expression()), schedule.timezone());
  }

  /**
   * Whether a schedule can be used.
   *
   * @throws IllegalArgumentException if the expression cannot be read, or does not fire within
   *     {@link #HORIZON_YEARS} years from {@code now}
   */
  public static void check(Schedule schedule, Instant now) {
    if (of(schedule).after(now).isEmpty()) {
      throw new IllegalArgumentException(
          "cron expression '%s' does not fire within %d years; no such date exists, or it is rare"
              .formatted(schedule.expression(), HORIZON_YEARS));
    }
  }

  /** The first time after this one; empty: none within {@link #HORIZON_YEARS} years. */
  public Optional<Instant> after(Instant time) {
    Instant horizon = time.atZone(zone).plusYears(HORIZON_YEARS).toInstant();
    Instant from = time.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    while (from != null && !from.isAfter(horizon)) {
      ZoneOffsetTransition change = rules.previousTransition(from.plusNanos(1));
      ZoneOffsetTransition end = rules.nextTransition(from);
      if (isLeftOutTime(change, from)) {
        return Optional.of(from);
      }
      Optional<Instant> found = firstInStretch(from, change);
      if (found.isPresent() && (end == null || found.get().isBefore(end.getInstant()))) {
        return found.filter(instant -> !instant.isAfter(horizon));
      }
      from = end == null ? null : end.getInstant();
    }
    return Optional.empty();
  }

  private boolean isLeftOutTime(@Nullable ZoneOffsetTransition change, Instant at) {
    return change != null
        && change.isGap()
        && change.getInstant().equals(at)
        && cron.atOrAfter(change.getDateTimeBefore())
            .filter(local -> local.isBefore(change.getDateTimeAfter()))
            .isPresent();
  }

  private Optional<Instant> firstInStretch(Instant from, @Nullable ZoneOffsetTransition change) {
    ZoneOffset offset = rules.getOffset(from);
    LocalDateTime start = LocalDateTime.ofInstant(from, offset);
    if (change != null
        && change.isOverlap()
        && !cron.isInterval()
        && start.isBefore(change.getDateTimeBefore())) {
      start = change.getDateTimeBefore();
    }
    return cron.atOrAfter(start).map(local -> local.toInstant(offset));
  }
}
