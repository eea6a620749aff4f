package io.estat.etl.server.store;

import java.time.InstantSource;

/** Forgets what is kept for a time only. Any instance may do it, at any time, also together. */
public final class Retention {
  private final JobEvents events;
  private final ScheduleStore schedules;
  private final IdempotencyKeys keys;

  public Retention(
      StoreDatabase database, JobEvents events, ScheduleStore schedules, InstantSource clock) {
    this.events = events;
    this.schedules = schedules;
    keys = new IdempotencyKeys(database.jdbc(), clock);
  }

  /**
   * @return how many rows
   */
  public int forgetOld() {
    return events.forgetOld() + schedules.forgetOld() + keys.forgetOld();
  }
}
