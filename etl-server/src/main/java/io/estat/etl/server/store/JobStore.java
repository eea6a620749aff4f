package io.estat.etl.server.store;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionId;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobMetrics;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The jobs. Thread-safe, also across instances: jobs of one transport are created one after the
 * other, so that versions are 1, 2, ... and no two of them are pending or running at once; unique
 * constraints stand behind both.
 */
public final class JobStore {
  /** Why a job ends that somebody asked to end. */
  public static final Failure CANCELLED = new Failure("CANCELLED", "the job was cancelled");

  private final StoreDatabase database;
  private final JdbcClient jdbc;
  private final TransportStore transports;
  private final JobRows rows;
  private final JobHistory history;
  private final IdempotencyKeys keys;
  private final InstantSource clock;
  private final RandomGenerator random;

  public JobStore(
      StoreDatabase database,
      TransportStore transports,
      InstantSource clock,
      RandomGenerator random) {
    this.database = database;
    this.transports = transports;
    this.clock = clock;
    this.random = random;
    jdbc = database.jdbc();
    rows = new JobRows(jdbc);
    history = new JobHistory(jdbc);
    keys = new IdempotencyKeys(jdbc, clock);
  }

  /** Creates a pending job of the transport as it is now. */
  public JobCreation create(TransportId id, Trigger trigger, @Nullable IdempotencyKey key) {
    return database.inTransaction(
        () -> {
          // The lock first: else the second of two equal requests finds the first one's job, not
          // its key.
          Optional<Transport> transport = transports.lock(id);
          Optional<IdempotencyKeys.Known> known = Optional.ofNullable(key).flatMap(keys::find);
          if (known.isPresent()) {
            return repeated(known.get());
          }
          if (transport.isEmpty()) {
            return new JobCreation.TransportNotFound();
          }
          JobCreation creation = create(transport.get(), trigger);
          if (key != null && creation instanceof JobCreation.Created created) {
            keys.remember(key, created.job().id().value());
          }
          return creation;
        });
  }

  private JobCreation repeated(IdempotencyKeys.Known known) {
    return known.sameRequest()
        ? new JobCreation.Repeated(rows.find(new JobId(known.result())).orElseThrow())
        : new JobCreation.KeyUsedOtherwise();
  }

  private JobCreation create(Transport transport, Trigger trigger) {
    if (!transport.enabled()) {
      return new JobCreation.TransportDisabled();
    }
    Optional<JobId> active = transports.activeJob(transport.id());
    if (active.isPresent()) {
      return new JobCreation.TransportBusy(active.get());
    }
    Job job = mint(transport, trigger, transports.nextVersion(transport.id()));
    rows.insert(job);
    return new JobCreation.Created(job);
  }

  private Job mint(Transport transport, Trigger trigger, int version) {
    Instant now = StoredTime.now(clock);
    JobId id = JobId.mint(now, random);
    return new Job(
        id,
        transport.id(),
        version,
        trigger,
        JobStatus.PENDING,
        null,
        null,
        transport.tables().stream()
            .map(table -> Extraction.pending(ExtractionId.mint(random), id, table))
            .toList(),
        null,
        JobMetrics.NONE,
        now);
  }

  public Optional<Job> find(JobId id) {
    return rows.find(id);
  }

  /** The transport's newest job, whatever became of it. */
  public Optional<Job> last(TransportId id) {
    return rows
        .list(
            "where transport_id = :transport order by version desc limit 1",
            Map.of("transport", id.value()))
        .stream()
        .findFirst();
  }

  /** The transport's oldest job of a later version. */
  public Optional<JobId> next(TransportId id, int version) {
    return jdbc.sql(
            """
            select id from estat_job
            where transport_id = :transport and version > :version order by version limit 1
            """)
        .param("transport", id.value())
        .param("version", version)
        .query((row, number) -> new JobId(row.getString("id")))
        .optional();
  }

  /** The version of the newest completed job before this version. */
  public Optional<Integer> lastCompletedVersion(TransportId id, int before) {
    return jdbc.sql(
            """
            select version from estat_job
            where transport_id = :transport and version < :before and status = :completed
            order by version desc limit 1
            """)
        .param("transport", id.value())
        .param("before", before)
        .param("completed", JobStatus.COMPLETED.name())
        .query(Integer.class)
        .optional();
  }

  /**
   * The newest first, each with its extractions.
   *
   * @param transport null: of all transports
   * @param status null: in any state
   */
  public Page<Job> page(
      @Nullable TransportId transport, @Nullable JobStatus status, int offset, int limit) {
    var where = new StringBuilder("where 1 = 1");
    var params = new HashMap<String, Object>();
    if (transport != null) {
      where.append(" and transport_id = :transport");
      params.put("transport", transport.value());
    }
    if (status != null) {
      where.append(" and status = :status");
      params.put("status", status.name());
    }
    long total =
        jdbc.sql("select count(*) from estat_job " + where)
            .params(params)
            .query(Long.class)
            .single();
    params.put("limit", limit);
    params.put("offset", offset);
    String rest = where + " order by created_at desc, id desc limit :limit offset :offset";
    return new Page<>(rows.list(rest, params), total, offset, limit);
  }

  public Backlog backlog() {
    return jdbc.sql(
            """
            select count(case when status = 'PENDING' then 1 end) waiting,
              count(case when status = 'RUNNING' then 1 end) running,
              min(case when status = 'PENDING' then created_at end) waiting_since,
              min(case when status = 'RUNNING' then started_at end) running_since
            from estat_job where status in ('PENDING', 'RUNNING')
            """)
        .query(
            (row, number) ->
                new Backlog(
                    row.getLong("waiting"),
                    row.getLong("running"),
                    StoredTime.readNullable(row, "waiting_since"),
                    StoredTime.readNullable(row, "running_since")))
        .single();
  }

  /**
   * Asks for the end of the job. It is cancelled when its statements and uploads have ended; a job
   * that no instance has claimed is cancelled at once, unless all its tables are completed: then it
   * may have its manifest, so it can only be completed.
   */
  public CancelRequest requestCancel(JobId id) {
    return database.inTransaction(
        () -> {
          Optional<JobHistory.Locked> found = history.lock(id);
          if (found.isEmpty()) {
            return new CancelRequest.NotFound();
          }
          JobHistory.Locked job = found.get();
          if (job.status().isFinal()) {
            return new CancelRequest.AlreadyEnded(rows.find(id).orElseThrow());
          }
          if (job.instance() == null && !history.hasLanded(job)) {
            history.record(job, new JobEvent.JobCancelled(clock.instant(), CANCELLED));
          } else if (!job.cancelRequested()) {
            jdbc.sql("update estat_job set cancel_requested_at = :now where id = :id")
                .param("now", StoredTime.of(clock.instant()))
                .param("id", id.value())
                .update();
          }
          return new CancelRequest.Accepted(rows.find(id).orElseThrow());
        });
  }
}
