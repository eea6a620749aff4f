package io.estat.etl.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a transport. Each transition returns the new state; times are given, never read.
 *
 * @param version 1, 2, ... within the transport; never repeats or goes back
 * @param extractions one a table, in the transport's order
 * @param error why it failed or was cancelled; null otherwise
 */
public record Job(
    JobId id,
    TransportId transportId,
    int version,
    Trigger trigger,
    JobStatus status,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    List<Extraction> extractions,
    @Nullable Failure error,
    JobMetrics metrics,
    Instant createdAt) {
  public Job {
    extractions = List.copyOf(extractions);
  }

  /** {@code v001}, and as many digits as it takes beyond 999. */
  public static String versionLabel(int version) {
    return "v%03d".formatted(version);
  }

  public String versionLabel() {
    return versionLabel(version);
  }

  public Job start(Instant at) {
    return become(JobStatus.RUNNING, at, null, null);
  }

  /**
   * @throws IllegalStateException if a table is not completed
   */
  public Job complete(Instant at) {
    for (Extraction extraction : extractions) {
      if (extraction.status() != ExtractionStatus.COMPLETED) {
        throw new IllegalStateException(
            "job %s cannot be COMPLETED while %s is %s"
                .formatted(id, extraction.tableName(), extraction.status()));
      }
    }
    return become(JobStatus.COMPLETED, startedAt, at, null);
  }

  public Job fail(Instant at, Failure why) {
    return become(JobStatus.FAILED, startedAt, at, why);
  }

  public Job cancel(Instant at, Failure why) {
    return become(JobStatus.CANCELLED, startedAt, at, why);
  }

  /** The same job with other states of its tables. */
  public Job withExtractions(List<Extraction> changed) {
    return new Job(
        id,
        transportId,
        version,
        trigger,
        status,
        startedAt,
        completedAt,
        changed,
        error,
        metrics,
        createdAt);
  }

  private Job become(
      JobStatus next, @Nullable Instant started, @Nullable Instant ended, @Nullable Failure why) {
    if (!status.canBecome(next)) {
      throw new IllegalTransitionException("job " + id, status, next);
    }
    return new Job(
        id,
        transportId,
        version,
        trigger,
        next,
        started,
        ended,
        extractions,
        why,
        ended == null ? JobMetrics.NONE : measure(started, ended),
        createdAt);
  }

  private JobMetrics measure(@Nullable Instant started, Instant ended) {
    return new JobMetrics(
        extractions.stream().mapToLong(Extraction::rowCount).sum(),
        extractions.stream().mapToLong(Extraction::byteCount).sum(),
        started == null ? Duration.ZERO : Duration.between(started, ended));
  }
}
