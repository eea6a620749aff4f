package io.estat.etl.server.store;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionStatus;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.TransportStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The one place that changes the state of a job: always by an event, and always together with it.
 * Used inside a transaction, after {@link #lock}.
 */
final class JobHistory {
  /** A job whose row this transaction has locked. */
  record Locked(
      JobId id,
      TransportId transport,
      JobStatus status,
      long fence,
      long beat,
      @Nullable String instance,
      boolean cancelRequested) {
    boolean isHeldBy(Claim claim) {
      return fence == claim.fence() && !status.isFinal();
    }
  }

  private final JdbcClient jdbc;
  private final JobRows rows;

  JobHistory(JdbcClient jdbc) {
    this.jdbc = jdbc;
    rows = new JobRows(jdbc);
  }

  Optional<Locked> lock(JobId id) {
    return jdbc.sql("select * from estat_job where id = :id for update")
        .param("id", id.value())
        .query((row, number) -> locked(row))
        .optional();
  }

  private static Locked locked(ResultSet row) throws SQLException {
    return new Locked(
        new JobId(row.getString("id")),
        new TransportId(row.getString("transport_id")),
        JobStatus.valueOf(row.getString("status")),
        row.getLong("fence"),
        row.getLong("beat"),
        row.getString("instance"),
        row.getString("cancel_requested_at") != null);
  }

  /**
   * Applies the event to the state and keeps both. A job does not end before its tables: those that
   * are unfinished fail with the job's error, each with an event of its own.
   *
   * @return what was kept, in order; the given event is the last
   * @throws io.estat.etl.domain.IllegalTransitionException if the state does not allow the event
   */
  List<StoredEvent> record(Locked job, JobEvent event) {
    var kept = new ArrayList<StoredEvent>();
    switch (event) {
      case JobEvent.JobStarted e -> rows.update(whole(job).start(StoredTime.trim(e.at())));
      case JobEvent.ExtractionStarted e ->
          rows.update(rows.extraction(job.id(), e.table()).start(StoredTime.trim(e.at())));
      case JobEvent.Progress e -> rows.progress(job.id(), e.table(), e.rows(), e.bytes());
      case JobEvent.ExtractionCompleted e ->
          rows.update(
              rows.extraction(job.id(), e.table()).complete(StoredTime.trim(e.at()), e.objects()));
      case JobEvent.ExtractionFailed e ->
          rows.update(
              rows.extraction(job.id(), e.table()).fail(StoredTime.trim(e.at()), e.error()));
      case JobEvent.Waiting e -> {}
      case JobEvent.JobCompleted e ->
          end(job.transport(), whole(job).complete(StoredTime.trim(e.at())));
      case JobEvent.JobFailed e -> {
        failTables(job, e.at(), e.error(), kept);
        end(job.transport(), whole(job).fail(StoredTime.trim(e.at()), e.error()));
      }
      case JobEvent.JobCancelled e -> {
        failTables(job, e.at(), e.error(), kept);
        end(job.transport(), whole(job).cancel(StoredTime.trim(e.at()), e.error()));
      }
    }
    kept.add(append(job.id(), event));
    return kept;
  }

  /** Whether all tables are completed, so that nothing but the end of the job is left to do. */
  boolean hasLanded(Locked job) {
    List<Extraction> tables = whole(job).extractions();
    return tables.stream().allMatch(table -> table.status() == ExtractionStatus.COMPLETED);
  }

  /** The tables that somebody had begun wait again. */
  void beginUnfinishedAnew(Locked job) {
    for (Extraction extraction : whole(job).extractions()) {
      if (extraction.status() == ExtractionStatus.RUNNING) {
        rows.update(extraction.beginAnew());
      }
    }
  }

  private void failTables(Locked job, Instant at, Failure why, List<StoredEvent> kept) {
    for (Extraction extraction : whole(job).extractions()) {
      if (!extraction.status().isFinal()) {
        rows.update(extraction.fail(StoredTime.trim(at), why));
        var failed = new JobEvent.ExtractionFailed(at, extraction.tableName(), why);
        kept.add(append(job.id(), failed));
      }
    }
  }

  private void end(TransportId transport, Job job) {
    rows.update(job);
    var status = job.status() == JobStatus.FAILED ? TransportStatus.FAILED : TransportStatus.IDLE;
    jdbc.sql("update estat_transport set status = :status where id = :id")
        .param("status", status.name())
        .param("id", transport.value())
        .update();
  }

  private Job whole(Locked job) {
    return rows.find(job.id()).orElseThrow();
  }

  private StoredEvent append(JobId job, JobEvent event) {
    jdbc.sql("update estat_job set last_seq = last_seq + 1 where id = :id")
        .param("id", job.value())
        .update();
    long seq =
        jdbc.sql("select last_seq from estat_job where id = :id")
            .param("id", job.value())
            .query(Long.class)
            .single();
    jdbc.sql(
            """
            insert into estat_job_event (job_id, seq, name, happened_at, body)
            values (:job, :seq, :name, :at, :body)
            """)
        .param("job", job.value())
        .param("seq", seq)
        .param("name", event.name())
        .param("at", StoredTime.of(event.at()))
        .param("body", StoredJson.write(event))
        .update();
    return new StoredEvent(job, seq, event);
  }
}
