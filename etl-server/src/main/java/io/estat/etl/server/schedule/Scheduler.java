package io.estat.etl.server.schedule;

import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.ScheduleStore;
import io.estat.etl.server.store.StoreDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the jobs of transports that are due. Every instance may have one: what is to happen at a
 * time is decided under the lock of the transport's row, and kept in a row of its own, in the
 * transaction that creates the job: each time fires once or is skipped once, whoever dies when.
 *
 * <p>Times that passed while nobody looked make one job, for the newest of them, if that is less
 * than the grace late.
 */
public final class Scheduler {
  /** How late a run may be, see {@code schedule.grace}. */
  public static final Duration GRACE = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

  /** Later than any time that an expression names. */
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private final StoreDatabase database;
  private final ScheduleStore schedules;
  private final JobStore jobs;
  private final Runnable onJob;
  private final Duration grace;
  private final InstantSource clock;
  private final Map<SkipReason, LongAdder> skipped = new EnumMap<>(SkipReason.class);

  /**
   * @param onJob told after a job was created
   */
  public Scheduler(
      StoreDatabase database,
      ScheduleStore schedules,
      JobStore jobs,
      Runnable onJob,
      Duration grace,
      InstantSource clock) {
    this.database = database;
    this.schedules = schedules;
    this.jobs = jobs;
    this.onJob = onJob;
    this.grace = grace;
    this.clock = clock;
    for (SkipReason why : SkipReason.values()) {
      skipped.put(why, new LongAdder());
    }
  }

  /** Does what is due now. To be called every second or so. */
  public void turn() {
    for (TransportId id : schedules.due()) {
      try {
        List<Decision> decisions = database.inTransaction(() -> turn(id));
        decisions.forEach(decision -> tell(id, decision));
      } catch (IllegalArgumentException | IllegalStateException e) {
        log.error("schedule of transport {} is left alone: {}", id, e.getMessage());
      }
    }
  }

  /** How often this process has skipped a time for this reason. */
  public long skipped(SkipReason why) {
    return adder(why).sum();
  }

  private LongAdder adder(SkipReason why) {
    return Objects.requireNonNull(skipped.get(why), why.name());
  }

  /**
   * @param skipped null: it was not
   */
  private record Decision(ScheduleStore.Run run, @Nullable SkipReason skipped) {}

  private void tell(TransportId id, Decision decision) {
    ScheduleStore.Run run = decision.run();
    if (decision.skipped() != null) {
      adder(decision.skipped()).increment();
      log.warn("scheduled run of {} at {} skipped: {}", id, run.scheduledAt(), run.reason());
    } else {
      log.info("scheduled run of {} at {} is {}", id, run.scheduledAt(), run.job());
      onJob.run();
    }
  }

  private List<Decision> turn(TransportId id) {
    Optional<ScheduleStore.Planned> found = schedules.lock(id);
    if (found.isEmpty()) {
      return List.of();
    }
    ScheduleStore.Planned planned = found.get();
    FireTimes times = FireTimes.of(planned.schedule());
    Instant now = clock.instant();
    Instant due = planned.nextFireAt();
    if (due == null) {
      due = times.after(planned.changedAt()).orElse(NEVER);
      schedules.plan(id, due);
    }
    if (due.isAfter(now)) {
      return List.of();
    }
    schedules.plan(id, times.after(now).orElse(NEVER));
    return decide(id, times, due, now);
  }

  private List<Decision> decide(TransportId id, FireTimes times, Instant due, Instant now) {
    var decisions = new ArrayList<Decision>();
    Instant newest = newestInGrace(times, due, now);
    if (newest == null) {
      decisions.add(
          missed(due, "no server looked until %s, %s late or more".formatted(now, grace)));
    } else {
      if (newest.isAfter(due)) {
        decisions.add(
            missed(due, "no server looked; the run of %s stands for all since".formatted(newest)));
      }
      // Another instance, whose clock is ahead, may have been there before the schedule changed.
      if (!schedules.isDecided(id, newest)) {
        decisions.add(begin(id, newest));
      }
    }
    decisions.removeIf(decision -> schedules.isDecided(id, decision.run().scheduledAt()));
    decisions.forEach(decision -> schedules.record(id, decision.run()));
    return decisions;
  }

  private Decision begin(TransportId id, Instant at) {
    return switch (jobs.create(id, Trigger.SCHEDULE, null)) {
      case JobCreation.Created created ->
          new Decision(new ScheduleStore.Run(at, created.job().id(), null), null);
      case JobCreation.TransportBusy busy ->
          skip(at, SkipReason.TRANSPORT_BUSY, busy.job() + " was not at its end");
      case JobCreation.TransportDisabled disabled ->
          skip(at, SkipReason.TRANSPORT_DISABLED, "the transport was disabled");
      case JobCreation.TransportNotFound gone -> throw new IllegalStateException(id + " is locked");
      case JobCreation.Repeated other -> throw new IllegalStateException("no key was given");
      case JobCreation.KeyUsedOtherwise other ->
          throw new IllegalStateException("no key was given");
    };
  }

  private static Decision missed(Instant at, String reason) {
    return skip(at, SkipReason.MISSED, reason);
  }

  private static Decision skip(Instant at, SkipReason why, String reason) {
    return new Decision(new ScheduleStore.Run(at, null, reason), why);
  }

  /** The last time up to now that is less than the grace late; null: none is. */
  private @Nullable Instant newestInGrace(FireTimes times, Instant due, Instant now) {
    Instant tooOld = now.minus(grace);
    Instant newest = due.isAfter(tooOld) ? due : times.after(tooOld).orElse(NEVER);
    if (newest.isAfter(now)) {
      return null;
    }
    while (true) {
      Instant next = times.after(newest).orElse(NEVER);
      if (next.isAfter(now)) {
        return newest;
      }
      newest = next;
    }
  }
}
