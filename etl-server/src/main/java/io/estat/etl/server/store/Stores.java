package io.estat.etl.server.store;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The parts of one job store. */
public record Stores(
    StoreDatabase database,
    TransportStore transports,
    JobStore jobs,
    JobEvents events,
    Claims claims,
    ScheduleStore schedules,
    Retention retention) {

  /**
   * @param random mints ids; may be shared, collisions are met
   */
  public static Stores of(StoreDatabase database, InstantSource clock, RandomGenerator random) {
    var transports = new TransportStore(database, clock, random);
    var events = new JobEvents(database, clock);
    var schedules = new ScheduleStore(database, transports, clock);
    return new Stores(
        database,
        transports,
        new JobStore(database, transports, clock, random),
        events,
        new Claims(database, clock),
        schedules,
        new Retention(database, events, schedules, clock));
  }
}
