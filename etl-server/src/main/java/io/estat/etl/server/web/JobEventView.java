package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.LandedObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data of an event of a stream. */
sealed interface JobEventView {
  static JobEventView of(JobId job, JobEvent event) {
    String id = job.value();
    return switch (event) {
      case JobEvent.JobStarted e -> new Started(id, e.at(), e.tables());
      case JobEvent.ExtractionStarted e ->
          new TableStarted(id, e.at(), e.table(), estimate(e.totalRows()));
      case JobEvent.Progress e ->
          new Progress(
              id,
              e.at(),
              e.table(),
              e.rows(),
              estimate(e.totalRows()),
              e.percentage() == null ? null : hundredths(e.percentage()),
              hundredths(e.rowsPerSecond()),
              e.bytes(),
              e.etaSeconds());
      case JobEvent.ExtractionCompleted e -> TableCompleted.of(id, e);
      case JobEvent.ExtractionFailed e ->
          new TableFailed(id, e.at(), e.table(), JobView.FailureView.of(e.error()));
      case JobEvent.Waiting e ->
          new Waiting(
              id,
              e.at(),
              e.table(),
              e.reason(),
              e.patience() == null ? null : e.patience().toSeconds());
      case JobEvent.JobCompleted e -> new Completed(id, e.at());
      case JobEvent.JobFailed e -> new Ended(id, e.at(), JobView.FailureView.of(e.error()));
      case JobEvent.JobCancelled e -> new Ended(id, e.at(), JobView.FailureView.of(e.error()));
    };
  }

  private static @Nullable Long estimate(long totalRows) {
    return totalRows < 0 ? null : totalRows;
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }

  /**
   * What is there when the stream begins.
   *
   * @param transport null: it is deleted
   * @param job the one that was asked for, else the transport's last one; null: it has none
   */
  record Connected(
      @JsonProperty("transport") @Nullable TransportView transport,
      @JsonProperty("job") @Nullable JobView job)
      implements JobEventView {}

  record Started(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("tables") List<String> tables)
      implements JobEventView {}

  /**
   * @param totalRows the database's estimate, if it has one
   */
  record TableStarted(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("table") String table,
      @JsonProperty("total_rows") @Nullable Long totalRows)
      implements JobEventView {}

  /**
   * @param totalRows the database's estimate, if it has one, as for what follows from it
   * @param bytes compressed
   */
  record Progress(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("table") String table,
      @JsonProperty("rows_processed") long rowsProcessed,
      @JsonProperty("total_rows") @Nullable Long totalRows,
      @JsonProperty("percentage") @Nullable Double percentage,
      @JsonProperty("rows_per_second") double rowsPerSecond,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("eta_seconds") @Nullable Long etaSeconds)
      implements JobEventView {}

  /** The table as it landed, with the names that it has in the job. */
  record TableCompleted(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("table") String table,
      @JsonProperty("row_count") long rowCount,
      @JsonProperty("byte_count") long byteCount,
      @JsonProperty("gcs_path") @Nullable String gcsPath,
      @JsonProperty("objects") List<JobView.ObjectView> objects)
      implements JobEventView {
    static TableCompleted of(String job, JobEvent.ExtractionCompleted e) {
      return new TableCompleted(
          job,
          e.at(),
          e.table(),
          e.objects().stream().mapToLong(LandedObject::rows).sum(),
          e.objects().stream().mapToLong(LandedObject::bytes).sum(),
          e.objects().isEmpty() ? null : e.objects().getFirst().url(),
          e.objects().stream().map(JobView.ObjectView::of).toList());
    }
  }

  record TableFailed(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("table") String table,
      @JsonProperty("error") JobView.@Nullable FailureView error)
      implements JobEventView {}

  /**
   * @param table null: the whole job waits
   * @param patienceSeconds how long it will go on waiting; null: until an instance takes it
   */
  record Waiting(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("table") @Nullable String table,
      @JsonProperty("reason") String reason,
      @JsonProperty("patience_seconds") @Nullable Long patienceSeconds)
      implements JobEventView {}

  record Completed(@JsonProperty("job_id") String jobId, @JsonProperty("at") Instant at)
      implements JobEventView {}

  /** Failed or cancelled. */
  record Ended(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("at") Instant at,
      @JsonProperty("error") JobView.@Nullable FailureView error)
      implements JobEventView {}
}
