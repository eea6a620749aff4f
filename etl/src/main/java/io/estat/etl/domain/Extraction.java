package io.estat.etl.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One table's part in a job. Each transition returns the new state.
 *
 * @param tableName as the transport names it
 */
public record Extraction(
    ExtractionId id,
    JobId jobId,
    String tableName,
    ExtractionStatus status,
    long rowCount,
    long byteCount,
    List<LandedObject> objects,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable Failure error) {
  public Extraction {
    objects = List.copyOf(objects);
  }

  public static Extraction pending(ExtractionId id, JobId jobId, String tableName) {
    return new Extraction(
        id, jobId, tableName, ExtractionStatus.PENDING, 0, 0, List.of(), null, null, null);
  }

  public Extraction start(Instant at) {
    require(ExtractionStatus.RUNNING);
    return new Extraction(
        id, jobId, tableName, ExtractionStatus.RUNNING, 0, 0, objects, at, null, null);
  }

  /** Nothing of what was done counts: the table waits as if nobody had begun it. */
  public Extraction beginAnew() {
    require(ExtractionStatus.PENDING);
    return pending(id, jobId, tableName);
  }

  /** All rows are in objects that can be read. */
  public Extraction complete(Instant at, List<LandedObject> landed) {
    require(ExtractionStatus.COMPLETED);
    long rows = landed.stream().mapToLong(LandedObject::rows).sum();
    long bytes = landed.stream().mapToLong(LandedObject::bytes).sum();
    return new Extraction(
        id, jobId, tableName, ExtractionStatus.COMPLETED, rows, bytes, landed, startedAt, at, null);
  }

  /** Nothing of the table can be read. */
  public Extraction fail(Instant at, Failure why) {
    require(ExtractionStatus.FAILED);
    return new Extraction(
        id, jobId, tableName, ExtractionStatus.FAILED, 0, 0, List.of(), startedAt, at, why);
  }

  /** The first object's URL, or null if none landed. */
  public @Nullable String firstUrl() {
    return objects.isEmpty() ? null : objects.getFirst().url();
  }

  private void require(ExtractionStatus next) {
    if (!status.canBecome(next)) {
      throw new IllegalTransitionException("extraction " + id + " of " + tableName, status, next);
    }
  }
}
