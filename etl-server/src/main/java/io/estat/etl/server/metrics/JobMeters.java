package io.estat.etl.server.metrics;

import io.estat.etl.domain.ExtractionStatus;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.server.run.JobListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Counts what happens to the jobs of this instance, those included that it has ended because their
 * process was dead. Every series is there from the first scrape. Thread-safe.
 */
public final class JobMeters implements JobListener {
  /** The end of a job that was lost to another instance is never heard of here. */
  private static final int MAX_BEGUN = 1000;

  private final Map<JobStatus, Counter> jobs = new EnumMap<>(JobStatus.class);
  private final Map<ExtractionStatus, Counter> tables = new EnumMap<>(ExtractionStatus.class);
  private final Counter rows;
  private final Counter bytes;
  private final Timer duration;
  private final Map<JobId, Instant> begun =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, Instant> eldest) {
          return size() > MAX_BEGUN;
        }
      };

  public JobMeters(MeterRegistry registry) {
    for (JobStatus status : JobStatus.values()) {
      if (status.isFinal()) {
        jobs.put(
            status,
            counter("estat.etl.jobs.ended", "Jobs that have come to their end.", status, registry));
      }
    }
    for (ExtractionStatus status : ExtractionStatus.values()) {
      if (status.isFinal()) {
        tables.put(
            status,
            counter("estat.etl.tables.ended", "Tables of jobs, likewise.", status, registry));
      }
    }
    rows =
        Counter.builder("estat.etl.landed.rows")
            .description("Rows of completed tables.")
            .register(registry);
    bytes =
        Counter.builder("estat.etl.landed.bytes")
            .description("Their compressed bytes.")
            .register(registry);
    duration =
        Timer.builder("estat.etl.job.duration")
            .description("From the start of a job to its end, however it ended.")
            .serviceLevelObjectives(
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                Duration.ofHours(4),
                Duration.ofHours(12))
            .register(registry);
  }

  private static Counter counter(String name, String help, Enum<?> status, MeterRegistry registry) {
    return Counter.builder(name)
        .description(help)
        .tag("status", status.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  @Override
  public void on(JobId job, JobEvent event, long seq) {
    switch (event) {
      case JobEvent.JobStarted started -> begin(job, started.at());
      case JobEvent.ExtractionCompleted completed -> {
        completed.objects().forEach(this::landed);
        count(tables, ExtractionStatus.COMPLETED);
      }
      case JobEvent.ExtractionFailed failed -> count(tables, ExtractionStatus.FAILED);
      case JobEvent.JobCompleted end -> end(job, end.at(), JobStatus.COMPLETED);
      case JobEvent.JobFailed end -> end(job, end.at(), JobStatus.FAILED);
      case JobEvent.JobCancelled end -> end(job, end.at(), JobStatus.CANCELLED);
      case JobEvent.ExtractionStarted other -> {}
      case JobEvent.Progress other -> {}
      case JobEvent.Waiting other -> {}
    }
  }

  private void landed(LandedObject object) {
    rows.increment(object.rows());
    bytes.increment(object.bytes());
  }

  private void begin(JobId job, Instant at) {
    synchronized (begun) {
      begun.put(job, at);
    }
  }

  private void end(JobId job, Instant at, JobStatus status) {
    count(jobs, status);
    Instant from;
    synchronized (begun) {
      from = begun.remove(job);
    }
    if (from != null) {
      duration.record(Duration.between(from, at));
    }
  }

  private static <S extends Enum<S>> void count(Map<S, Counter> counters, S status) {
    Objects.requireNonNull(counters.get(status), status.name()).increment();
  }
}
