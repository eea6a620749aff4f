package io.estat.etl.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionId;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobMetrics;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TransportId;
import io.estat.etl.server.store.Page;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job as the API shows it. */
@Schema(name = "Job")
record JobView(
    @JsonProperty(value = "id", required = true)
        @Schema(pattern = "^" + JobId.PATTERN + "$", example = "JOB-20260131-235959-0a1b2c3d")
        String id,
    @JsonProperty(value = "transport_id", required = true)
        @Schema(pattern = "^" + TransportId.PATTERN + "$", example = "TRPID-0a1b2c3d")
        String transportId,
    @JsonProperty(value = "version", required = true) @Schema(minimum = "1", example = "1")
        int version,
    @JsonProperty(value = "version_label", required = true) @Schema(example = "v001")
        String versionLabel,
    @JsonProperty(value = "trigger", required = true)
        @Schema(allowableValues = {"api", "schedule", "cli"})
        String trigger,
    @JsonProperty(value = "status", required = true)
        @Schema(allowableValues = {"pending", "running", "completed", "failed", "cancelled"})
        String status,
    @JsonProperty(value = "started_at", required = true) @Nullable Instant startedAt,
    @JsonProperty(value = "completed_at", required = true) @Nullable Instant completedAt,
    @JsonProperty(value = "extractions", required = true) List<ExtractionView> extractions,
    @JsonProperty(value = "error", required = true) @Nullable FailureView error,
    @JsonProperty(value = "metrics", required = true) Metrics metrics,
    @JsonProperty(value = "created_at", required = true) Instant createdAt) {

  static JobView of(Job job) {
    return new JobView(
        job.id().value(),
        job.transportId().value(),
        job.version(),
        job.versionLabel(),
        TransportBody.lower(job.trigger()),
        TransportBody.lower(job.status()),
        job.startedAt(),
        job.completedAt(),
        job.extractions().stream().map(ExtractionView::of).toList(),
        FailureView.of(job.error()),
        Metrics.of(job.metrics()),
        job.createdAt());
  }

  /** One table's part in a job. */
  @Schema(name = "Extraction")
  record ExtractionView(
      @JsonProperty(value = "id", required = true)
          @Schema(pattern = "^" + ExtractionId.PATTERN + "$", example = "EXT-0a1b2c3d4e5f6071")
          String id,
      @JsonProperty(value = "job_id", required = true) @Schema(pattern = "^" + JobId.PATTERN + "$")
          String jobId,
      @JsonProperty(value = "table_name", required = true) @Schema(example = "ORDERS")
          String tableName,
      @JsonProperty(value = "status", required = true)
          @Schema(allowableValues = {"pending", "running", "completed", "failed"})
          String status,
      @JsonProperty(value = "row_count", required = true) @Schema(minimum = "0") long rowCount,
      @JsonProperty(value = "byte_count", required = true)
          @Schema(minimum = "0", description = "Compressed.")
          long byteCount,
      @JsonProperty(value = "gcs_path", required = true)
          @Schema(
              description = "URL of the first object, in whatever store.",
              example = "gs://landing/TRPID-0a1b2c3d/v001/ORDERS.jsonl.gz")
          @Nullable String gcsPath,
      @JsonProperty(value = "objects", required = true) List<ObjectView> objects,
      @JsonProperty(value = "started_at", required = true) @Nullable Instant startedAt,
      @JsonProperty(value = "completed_at", required = true) @Nullable Instant completedAt,
      @JsonProperty(value = "error", required = true) @Nullable FailureView error) {
    static ExtractionView of(Extraction extraction) {
      return new ExtractionView(
          extraction.id().value(),
          extraction.jobId().value(),
          extraction.tableName(),
          TransportBody.lower(extraction.status()),
          extraction.rowCount(),
          extraction.byteCount(),
          extraction.firstUrl(),
          extraction.objects().stream().map(ObjectView::of).toList(),
          extraction.startedAt(),
          extraction.completedAt(),
          FailureView.of(extraction.error()));
    }
  }

  /** One landed object. */
  @Schema(name = "LandedObject")
  record ObjectView(
      @JsonProperty(value = "name", required = true) @Schema(example = "ORDERS.jsonl.gz")
          String name,
      @JsonProperty(value = "url", required = true) String url,
      @JsonProperty(value = "rows", required = true) @Schema(minimum = "0") long rows,
      @JsonProperty(value = "bytes", required = true) @Schema(minimum = "0") long bytes,
      @JsonProperty(value = "crc32c", required = true)
          @Schema(description = "Of the compressed bytes, in hex.", example = "e3069283")
          String crc32c,
      @JsonProperty(value = "generation", required = true)
          @Schema(description = "The store's own version of it, if it has one.")
          @Nullable String generation) {
    static ObjectView of(LandedObject object) {
      return new ObjectView(
          object.name(),
          object.url(),
          object.rows(),
          object.bytes(),
          object.crc32c(),
          object.generation());
    }
  }

  /** Why a job or a table failed. */
  @Schema(name = "Failure")
  record FailureView(
      @JsonProperty(value = "code", required = true) @Schema(example = "TABLE_NOT_FOUND")
          String code,
      @JsonProperty(value = "message", required = true) String message) {
    static @Nullable FailureView of(@Nullable Failure failure) {
      return failure == null ? null : new FailureView(failure.code(), failure.message());
    }
  }

  /** What a job has moved. */
  @Schema(name = "JobMetrics")
  record Metrics(
      @JsonProperty(value = "total_rows", required = true) @Schema(minimum = "0") long totalRows,
      @JsonProperty(value = "total_bytes", required = true) @Schema(minimum = "0") long totalBytes,
      @JsonProperty(value = "duration_ms", required = true) @Schema(minimum = "0") long durationMs,
      @JsonProperty(value = "rows_per_second", required = true) @Schema(minimum = "0")
          double rowsPerSecond) {
    static Metrics of(JobMetrics metrics) {
      return new Metrics(
          metrics.totalRows(),
          metrics.totalBytes(),
          metrics.duration().toMillis(),
          metrics.rowsPerSecond());
    }
  }

  /** A part of the list. */
  @Schema(name = "JobList")
  record Listed(
      @JsonProperty(value = "jobs", required = true) List<JobView> jobs,
      @JsonProperty(value = "total", required = true) long total,
      @JsonProperty(value = "offset", required = true) int offset,
      @JsonProperty(value = "limit", required = true) int limit) {
    static Listed of(Page<Job> page) {
      return new Listed(
          page.items().stream().map(JobView::of).toList(),
          page.total(),
          page.offset(),
          page.limit());
    }
  }
}
