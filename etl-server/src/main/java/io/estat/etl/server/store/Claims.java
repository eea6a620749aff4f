package io.estat.etl.server.store;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who runs which job. A claim ends when its job does, or when another instance takes it away
 * because it has seen no beat for too long; the fencing number then grows, and from that moment on
 * nothing is taken from the former holder. No two clocks are ever compared. Thread-safe.
 */
public final class Claims {
  private static final String ACTIVE = "status in ('PENDING', 'RUNNING')";
  private static final int CANDIDATES = 20;

  /** A job that takes its process with it is not handed on for ever. */
  private static final int HOLDERS_AT_MOST = 10;

  private final StoreDatabase database;
  private final JdbcClient jdbc;
  private final JobHistory history;
  private final InstantSource clock;

  public Claims(StoreDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    jdbc = database.jdbc();
    history = new JobHistory(jdbc);
  }

  /**
   * Takes the oldest job that waits for an instance.
   *
   * @param instance a name for people, of at most 255 characters
   */
  public Optional<Claim> claim(String instance) {
    for (Sighting candidate : waiting()) {
      int taken =
          jdbc.sql(
                  """
                  update estat_job set instance = :instance, fence = fence + 1, beat = beat + 1
                  where id = :id and fence = :fence and instance is null and
                  """
                      + ACTIVE)
              .param("instance", instance)
              .param("id", candidate.job().value())
              .param("fence", candidate.fence())
              .update();
      if (taken == 1) {
        return Optional.of(new Claim(candidate.job(), candidate.fence() + 1, instance));
      }
    }
    return Optional.empty();
  }

  private List<Sighting> waiting() {
    return sightings(ACTIVE + " and instance is null order by created_at, id limit " + CANDIDATES);
  }

  /** A sign of life. */
  public Lease renew(Claim claim) {
    int held =
        jdbc.sql(
                "update estat_job set beat = beat + 1 where id = :id and fence = :fence and "
                    + ACTIVE)
            .param("id", claim.job().value())
            .param("fence", claim.fence())
            .update();
    if (held == 0) {
      return Lease.LOST;
    }
    boolean cancel =
        jdbc.sql(
                    "select count(*) from estat_job where id = :id and cancel_requested_at is not null")
                .param("id", claim.job().value())
                .query(Long.class)
                .single()
            > 0;
    return cancel ? Lease.CANCEL_REQUESTED : Lease.HELD;
  }

  /** Whether the job is still the holder's. */
  public boolean isHeld(Claim claim) {
    return jdbc.sql(
                "select count(*) from estat_job where id = :id and fence = :fence and " + ACTIVE)
            .param("id", claim.job().value())
            .param("fence", claim.fence())
            .query(Long.class)
            .single()
        > 0;
  }

  /** All claims of all instances. */
  public List<Sighting> held() {
    return sightings("instance is not null and " + ACTIVE);
  }

  private List<Sighting> sightings(String where) {
    return jdbc.sql("select id, fence, beat from estat_job where " + where)
        .query(
            (row, number) ->
                new Sighting(
                    new JobId(row.getString("id")), row.getLong("fence"), row.getLong("beat")))
        .list();
  }

  /**
   * Takes the claim away from a holder that is dead, unless it has given a sign of life since it
   * was seen. A job that was not begun waits again, and so does one whose tables are all completed:
   * it may have its manifest, so it can only be completed. Another one fails, as does one that has
   * had {@value #HOLDERS_AT_MOST} holders, or is cancelled if that was asked for. Its uploads are
   * left to {@link #openUploads}.
   *
   * @return the events by which the job ended; nothing if it did not
   */
  public List<StoredEvent> bury(Sighting seen, Failure why) {
    return takeAway(seen.job(), unmovedSince(seen), why, false);
  }

  /**
   * Takes the claim away as {@link #bury} does, but lets the job wait for another holder: its
   * unfinished tables are pending again, the others stay as they are.
   *
   * @return the events that say so; nothing if the holder is alive
   */
  public List<StoredEvent> handOn(Sighting seen, Failure why) {
    return takeAway(seen.job(), unmovedSince(seen), why, true);
  }

  /** Gives the claim back, as {@link #handOn(Sighting, Failure)} would take it. */
  public List<StoredEvent> handOn(Claim claim, Failure why) {
    return takeAway(claim.job(), job -> job.isHeldBy(claim), why, true);
  }

  /**
   * Gives up a job whose engine does not end, or ended without an outcome, as {@link #bury} does.
   *
   * @return the events by which the job ended; nothing if the claim was lost
   */
  public List<StoredEvent> abandon(Claim claim, Failure why) {
    return takeAway(claim.job(), job -> job.isHeldBy(claim), why, false);
  }

  private static Predicate<JobHistory.Locked> unmovedSince(Sighting seen) {
    return job -> job.fence() == seen.fence() && job.beat() == seen.beat();
  }

  private List<StoredEvent> takeAway(
      JobId id, Predicate<JobHistory.Locked> still, Failure why, boolean handOn) {
    return database.inTransaction(
        () ->
            history
                .lock(id)
                .filter(still)
                .map(job -> takeAway(job, why, handOn))
                .orElse(List.of()));
  }

  private List<StoredEvent> takeAway(JobHistory.Locked job, Failure why, boolean handOn) {
    if (job.status().isFinal()) {
      return List.of();
    }
    boolean begun = job.status() != JobStatus.PENDING;
    boolean landed = history.hasLanded(job);
    // The number grows when a claim is taken, and when it is taken away.
    boolean another = (!begun || handOn || landed) && (job.fence() + 1) / 2 < HOLDERS_AT_MOST;
    boolean cancelled = job.cancelRequested() && !landed;
    boolean waits = !cancelled && another;
    jdbc.sql(
            """
            update estat_job set fence = fence + 1, uploads_open = :begun,
              instance = case when :waits then null else instance end
            where id = :id
            """)
        .param("begun", begun)
        .param("waits", waits)
        .param("id", job.id().value())
        .update();
    if (cancelled) {
      return history.record(job, new JobEvent.JobCancelled(clock.instant(), JobStore.CANCELLED));
    }
    if (!another) {
      return history.record(job, new JobEvent.JobFailed(clock.instant(), why));
    }
    if (!begun) {
      return List.of();
    }
    history.beginUnfinishedAnew(job);
    return history.record(job, new JobEvent.Waiting(clock.instant(), null, why.message(), null));
  }

  /**
   * Ended jobs whose process ended, or was given up, before it could end its uploads. Those of a
   * job that goes on are the next holder's.
   */
  public List<JobId> openUploads() {
    return jdbc.sql("select id from estat_job where uploads_open and not (" + ACTIVE + ")")
        .query((row, number) -> new JobId(row.getString("id")))
        .list();
  }

  /** None of the job's uploads is open any more. */
  public void uploadsEnded(JobId job) {
    jdbc.sql("update estat_job set uploads_open = false where id = :id")
        .param("id", job.value())
        .update();
  }
}
