package io.estat.etl.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a running job tells its watchers. All but {@link Progress} and {@link Waiting} change a
 * state.
 */
public sealed interface JobEvent {
  Instant at();

  /** The name on the wire: {@code extraction_completed}. */
  String name();

  /** Whether this is the last event of the job. */
  default boolean isFinal() {
    return false;
  }

  record JobStarted(Instant at, List<String> tables) implements JobEvent {
    public JobStarted {
      tables = List.copyOf(tables);
    }

    @Override
    public String name() {
      return "job_started";
    }
  }

  /**
   * @param totalRows the database's estimate, or -1
   */
  record ExtractionStarted(Instant at, String table, long totalRows) implements JobEvent {
    @Override
    public String name() {
      return "extraction_started";
    }
  }

  /**
   * At most 4 a second and table.
   *
   * @param rows encoded so far
   * @param totalRows the database's estimate, or -1
   * @param bytes compressed so far
   * @param elapsed since the table was started
   */
  record Progress(Instant at, String table, long rows, long totalRows, long bytes, Duration elapsed)
      implements JobEvent {
    @Override
    public String name() {
      return "extraction_progress";
    }

    public double rowsPerSecond() {
      double seconds = elapsed.toNanos() / 1e9;
      return seconds > 0 ? rows / seconds : 0;
    }

    /** 0 to 100; null without an estimate. */
    public @Nullable Double percentage() {
      return totalRows <= 0 ? null : Math.min(100.0, 100.0 * rows / totalRows);
    }

    /** Null without an estimate or a speed. */
    public @Nullable Long etaSeconds() {
      double speed = rowsPerSecond();
      return totalRows <= 0 || speed <= 0
          ? null
          : Math.round(Math.max(0, totalRows - rows) / speed);
    }
  }

  /**
   * @param evidence what the manifest will say of the table, for whoever writes it; null: the run
   *     ends with its process
   */
  record ExtractionCompleted(
      Instant at, String table, List<LandedObject> objects, @Nullable TableEvidence evidence)
      implements JobEvent {
    public ExtractionCompleted {
      objects = List.copyOf(objects);
    }

    public ExtractionCompleted(Instant at, String table, List<LandedObject> objects) {
      this(at, table, objects, null);
    }

    @Override
    public String name() {
      return "extraction_completed";
    }
  }

  record ExtractionFailed(Instant at, String table, Failure error) implements JobEvent {
    @Override
    public String name() {
      return "extraction_failed";
    }
  }

  /**
   * The database or the store is away, or nobody runs the job, and it waits.
   *
   * @param table null: the whole job waits
   * @param patience how long it will go on waiting; null: until an instance takes it
   */
  record Waiting(Instant at, @Nullable String table, String reason, @Nullable Duration patience)
      implements JobEvent {
    @Override
    public String name() {
      return "waiting";
    }
  }

  /** Every table is completed and the manifest is written. */
  record JobCompleted(Instant at) implements JobEvent {
    @Override
    public String name() {
      return "job_completed";
    }

    @Override
    public boolean isFinal() {
      return true;
    }
  }

  record JobFailed(Instant at, Failure error) implements JobEvent {
    @Override
    public String name() {
      return "job_failed";
    }

    @Override
    public boolean isFinal() {
      return true;
    }
  }

  record JobCancelled(Instant at, Failure error) implements JobEvent {
    @Override
    public String name() {
      return "job_cancelled";
    }

    @Override
    public boolean isFinal() {
      return true;
    }
  }
}
