package io.estat.etl.server.store;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionId;
import io.estat.etl.domain.ExtractionStatus;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobMetrics;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Jobs and extractions as rows and back. Decides nothing. */
final class JobRows {
  private final JdbcClient jdbc;

  JobRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Job> find(JobId id) {
    return withExtractions(select("where id = :id", Map.of("id", id.value()))).stream().findFirst();
  }

  /**
   * @param rest of the statement, from {@code where} on
   */
  List<Job> list(String rest, Map<String, Object> params) {
    return withExtractions(select(rest, params));
  }

  private List<Job> select(String rest, Map<String, Object> params) {
    return jdbc.sql("select * from estat_job " + rest).params(params).query(JobRows::job).list();
  }

  private List<Job> withExtractions(List<Job> jobs) {
    if (jobs.isEmpty()) {
      return jobs;
    }
    var extractions = new HashMap<JobId, List<Extraction>>();
    jdbc.sql("select * from estat_extraction where job_id in (:jobs) order by job_id, ordinal")
        .param("jobs", jobs.stream().map(job -> job.id().value()).toList())
        .query(JobRows::extraction)
        .list()
        .forEach(e -> extractions.computeIfAbsent(e.jobId(), id -> new ArrayList<>()).add(e));
    return jobs.stream()
        .map(job -> job.withExtractions(extractions.getOrDefault(job.id(), List.of())))
        .toList();
  }

  /**
   * @throws IllegalStateException if the job has no such table
   */
  Extraction extraction(JobId job, String table) {
    return jdbc.sql("select * from estat_extraction where job_id = :job and table_name = :table")
        .param("job", job.value())
        .param("table", table)
        .query(JobRows::extraction)
        .optional()
        .orElseThrow(() -> new IllegalStateException("job " + job + " has no table " + table));
  }

  void insert(Job job) {
    jdbc.sql(
            """
            insert into estat_job (id, transport_id, version, started_by, status, total_rows,
              total_bytes, created_at, active_of, fence, beat, last_seq, uploads_open)
            values (:id, :transport, :version, :trigger, :status, 0, 0, :created, :transport, 0, 0,
              0, false)
            """)
        .param("id", job.id().value())
        .param("transport", job.transportId().value())
        .param("version", job.version())
        .param("trigger", job.trigger().name())
        .param("status", job.status().name())
        .param("created", StoredTime.of(job.createdAt()))
        .update();
    int ordinal = 0;
    for (Extraction extraction : job.extractions()) {
      jdbc.sql(
              """
              insert into estat_extraction (id, job_id, ordinal, table_name, status, row_count,
                byte_count, objects)
              values (:id, :job, :ordinal, :table, :status, 0, 0, '[]')
              """)
          .param("id", extraction.id().value())
          .param("job", job.id().value())
          .param("ordinal", ordinal++)
          .param("table", extraction.tableName())
          .param("status", extraction.status().name())
          .update();
    }
  }

  /** Writes what a transition changes; an ended job is no longer the active one. */
  void update(Job job) {
    jdbc.sql(
            """
            update estat_job set status = :status, started_at = :started, completed_at = :completed,
              error = :error, total_rows = :rows, total_bytes = :bytes,
              active_of = case when :ended then null else active_of end
            where id = :id
            """)
        .param("status", job.status().name())
        .param("started", StoredTime.ofNullable(job.startedAt()))
        .param("completed", StoredTime.ofNullable(job.completedAt()))
        .param("error", StoredJson.writeNullable(job.error()))
        .param("rows", job.metrics().totalRows())
        .param("bytes", job.metrics().totalBytes())
        .param("ended", job.status().isFinal())
        .param("id", job.id().value())
        .update();
  }

  void update(Extraction extraction) {
    jdbc.sql(
            """
            update estat_extraction set status = :status, row_count = :rows, byte_count = :bytes,
              objects = :objects, started_at = :started, completed_at = :completed, error = :error
            where id = :id
            """)
        .param("status", extraction.status().name())
        .param("rows", extraction.rowCount())
        .param("bytes", extraction.byteCount())
        .param("objects", StoredJson.write(extraction.objects()))
        .param("started", StoredTime.ofNullable(extraction.startedAt()))
        .param("completed", StoredTime.ofNullable(extraction.completedAt()))
        .param("error", StoredJson.writeNullable(extraction.error()))
        .param("id", extraction.id().value())
        .update();
  }

  /** What a table in progress has moved so far. */
  void progress(JobId job, String table, long rows, long bytes) {
    jdbc.sql(
            """
            update estat_extraction set row_count = :rows, byte_count = :bytes
            where job_id = :job and table_name = :table and status = :running
            """)
        .param("rows", rows)
        .param("bytes", bytes)
        .param("job", job.value())
        .param("table", table)
        .param("running", ExtractionStatus.RUNNING.name())
        .update();
  }

  private static Job job(ResultSet row, int number) throws SQLException {
    Instant started = StoredTime.readNullable(row, "started_at");
    Instant completed = StoredTime.readNullable(row, "completed_at");
    return new Job(
        new JobId(row.getString("id")),
        new TransportId(row.getString("transport_id")),
        row.getInt("version"),
        Trigger.valueOf(row.getString("started_by")),
        JobStatus.valueOf(row.getString("status")),
        started,
        completed,
        List.of(),
        StoredJson.failure(row.getString("error")),
        new JobMetrics(
            row.getLong("total_rows"), row.getLong("total_bytes"), duration(started, completed)),
        StoredTime.read(row, "created_at"));
  }

  private static Duration duration(@Nullable Instant started, @Nullable Instant completed) {
    return started == null || completed == null
        ? Duration.ZERO
        : Duration.between(started, completed);
  }

  private static Extraction extraction(ResultSet row, int number) throws SQLException {
    return new Extraction(
        new ExtractionId(row.getString("id")),
        new JobId(row.getString("job_id")),
        row.getString("table_name"),
        ExtractionStatus.valueOf(row.getString("status")),
        row.getLong("row_count"),
        row.getLong("byte_count"),
        StoredJson.objects(row.getString("objects")),
        StoredTime.readNullable(row, "started_at"),
        StoredTime.readNullable(row, "completed_at"),
        StoredJson.failure(row.getString("error")));
  }
}
