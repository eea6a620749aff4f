package io.estat.etl.server.store;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.Schedule;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * When each transport is due next, and what became of the times when it was. Everything but {@link
 * #due} and {@link #runs} is called inside a transaction that has called {@link #lock}.
 */
public final class ScheduleStore {
  /** How long it is kept what became of a time. */
  public static final Duration KEPT = Duration.ofDays(30);

  /**
   * A transport with a schedule, locked.
   *
   * @param nextFireAt null: not known since the schedule was changed
   * @param changedAt when the transport was created or changed
   */
  public record Planned(
      TransportId transport, Schedule schedule, @Nullable Instant nextFireAt, Instant changedAt) {}

  /**
   * What became of one time of a schedule.
   *
   * @param job that it began; null: it was skipped
   * @param reason why it was skipped; null: it was not
   */
  public record Run(Instant scheduledAt, @Nullable JobId job, @Nullable String reason) {}

  private final JdbcClient jdbc;
  private final TransportStore transports;
  private final InstantSource clock;

  public ScheduleStore(StoreDatabase database, TransportStore transports, InstantSource clock) {
    this.transports = transports;
    this.clock = clock;
    jdbc = database.jdbc();
  }

  /**
   * Transports with something to do now: those that are due, and those of which it is not known.
   */
  public List<TransportId> due() {
    return jdbc.sql(
            """
            select id from estat_transport
            where deleted_at is null and schedule_expression is not null
              and (next_fire_at is null or next_fire_at <= :now)
            order by next_fire_at, id
            """)
        .param("now", StoredTime.of(clock.instant()))
        .query((row, number) -> new TransportId(row.getString("id")))
        .list();
  }

  /** Empty: the transport is gone, or has no schedule any more. */
  public Optional<Planned> lock(TransportId id) {
    Optional<Transport> transport = transports.lock(id);
    Schedule schedule = transport.map(Transport::schedule).orElse(null);
    if (schedule == null) {
      return Optional.empty();
    }
    return jdbc.sql("select next_fire_at, updated_at from estat_transport where id = :id")
        .param("id", id.value())
        .query(
            (row, number) ->
                new Planned(
                    id,
                    schedule,
                    StoredTime.readNullable(row, "next_fire_at"),
                    StoredTime.read(row, "updated_at")))
        .optional();
  }

  public void plan(TransportId id, Instant next) {
    jdbc.sql("update estat_transport set next_fire_at = :next where id = :id")
        .param("next", StoredTime.of(next))
        .param("id", id.value())
        .update();
  }

  public boolean isDecided(TransportId id, Instant scheduledAt) {
    return jdbc.sql(
                """
                select count(*) from estat_schedule_run
                where transport_id = :transport and scheduled_at = :scheduled
                """)
            .param("transport", id.value())
            .param("scheduled", StoredTime.of(scheduledAt))
            .query(Long.class)
            .single()
        > 0;
  }

  /** The unique key (transport, scheduled time) refuses a second one. */
  public void record(TransportId id, Run run) {
    JobId job = run.job();
    jdbc.sql(
            """
            insert into estat_schedule_run
              (transport_id, scheduled_at, outcome, reason, job_id, recorded_at)
            values (:transport, :scheduled, :outcome, :reason, :job, :now)
            """)
        .param("transport", id.value())
        .param("scheduled", StoredTime.of(run.scheduledAt()))
        .param("outcome", job == null ? "SKIPPED" : "RUN")
        .param("reason", run.reason())
        .param("job", job == null ? null : job.value())
        .param("now", StoredTime.of(clock.instant()))
        .update();
  }

  /** The newest first. */
  public List<Run> runs(TransportId id, int limit) {
    return jdbc.sql(
            """
            select scheduled_at, job_id, reason from estat_schedule_run
            where transport_id = :id order by scheduled_at desc limit :limit
            """)
        .param("id", id.value())
        .param("limit", limit)
        .query(
            (row, number) -> {
              String job = row.getString("job_id");
              return new Run(
                  StoredTime.read(row, "scheduled_at"),
                  job == null ? null : new JobId(job),
                  row.getString("reason"));
            })
        .list();
  }

  /** Times move only forward, so that one that is forgotten does not come again. */
  int forgetOld() {
    return jdbc.sql("delete from estat_schedule_run where recorded_at < :oldest")
        .param("oldest", StoredTime.of(clock.instant().minus(KEPT)))
        .update();
  }
}
