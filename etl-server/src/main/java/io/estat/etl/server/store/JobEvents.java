package io.estat.etl.server.store;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What happened to each job, in order. An event and the state that it changes are kept in one
 * transaction: neither is ever seen without the other. Thread-safe.
 */
public final class JobEvents {
  /** How long events are kept. Jobs themselves stay. */
  public static final Duration KEPT = Duration.ofDays(7);

  private static final String COMPLETED = "extraction_completed";

  private final StoreDatabase database;
  private final JdbcClient jdbc;
  private final JobHistory history;
  private final InstantSource clock;

  public JobEvents(StoreDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    jdbc = database.jdbc();
    history = new JobHistory(jdbc);
  }

  /**
   * Keeps what the holder of the claim reports. When a job ends, its unfinished tables fail first,
   * with the same error.
   *
   * @return what was kept, in order, the given event last; nothing: the claim is lost and nothing
   *     was written
   * @throws io.estat.etl.domain.IllegalTransitionException if the job's state does not allow it
   */
  public List<StoredEvent> append(Claim claim, JobEvent event) {
    return database.inTransaction(
        () ->
            history
                .lock(claim.job())
                .filter(job -> job.isHeldBy(claim))
                .map(job -> history.record(job, event))
                .orElse(List.of()));
  }

  /**
   * @param after the last one that the caller knows, or 0
   * @param limit at most so many
   */
  public List<StoredEvent> after(JobId job, long after, int limit) {
    return jdbc.sql(
            """
            select seq, name, body from estat_job_event
            where job_id = :job and seq > :after order by seq limit :limit
            """)
        .param("job", job.value())
        .param("after", after)
        .param("limit", limit)
        .query(
            (row, number) ->
                new StoredEvent(
                    job,
                    row.getLong("seq"),
                    StoredJson.event(row.getString("name"), row.getString("body"))))
        .list();
  }

  /** How the job's completed tables were completed. */
  public List<JobEvent.ExtractionCompleted> completed(JobId job) {
    return jdbc.sql(
            "select body from estat_job_event where job_id = :job and name = :name order by seq")
        .param("job", job.value())
        .param("name", COMPLETED)
        .query(
            (row, number) ->
                (JobEvent.ExtractionCompleted) StoredJson.event(COMPLETED, row.getString("body")))
        .list();
  }

  /** The number of the job's last event, or 0: none. Stays when old events are gone. */
  public long lastSeq(JobId job) {
    return jdbc.sql("select last_seq from estat_job where id = :job")
        .param("job", job.value())
        .query(Long.class)
        .optional()
        .orElse(0L);
  }

  /** Forgets events older than {@link #KEPT}, but none of a job that goes on. */
  int forgetOld() {
    return jdbc.sql(
            """
            delete from estat_job_event where happened_at < :oldest
              and job_id not in (select id from estat_job where active_of is not null)
            """)
        .param("oldest", StoredTime.of(clock.instant().minus(KEPT)))
        .update();
  }
}
