package io.estat.etl.server.run;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.Transport;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.extract.JobWatch;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An engine that moves nothing and does what a script says. */
public final class ScriptedEngine implements Engine {
  /** What one run does. */
  @FunctionalInterface
  public interface Script {
    /**
     * @param cancelled completed with the reason when the run is told to end
     */
    void run(Job job, JobWatch watch, CompletableFuture<Failure> cancelled)
        throws InterruptedException, ClaimLostException;
  }

  private final Script script;

  public ScriptedEngine(Script script) {
    this.script = script;
  }

  /** All tables, without a row. */
  public static Script completing(Instant at) {
    return (job, watch, cancelled) -> {
      watch.on(new JobEvent.JobStarted(at, List.of()));
      goingOn(at).run(job, watch, cancelled);
    };
  }

  /** All tables of a job that another process has begun, without a row. */
  public static Script goingOn(Instant at) {
    return (job, watch, cancelled) -> {
      for (Extraction extraction : job.extractions()) {
        watch.on(new JobEvent.ExtractionStarted(at, extraction.tableName(), -1));
        watch.requireClaim();
        watch.on(new JobEvent.ExtractionCompleted(at, extraction.tableName(), List.of()));
      }
      watch.on(new JobEvent.JobCompleted(at));
    };
  }

  /** Runs until it is told to end, and then does. */
  public static Script obeying(Instant at) {
    return (job, watch, cancelled) -> {
      watch.on(new JobEvent.JobStarted(at, List.of()));
      watch.on(new JobEvent.JobCancelled(at, cancelled.join()));
    };
  }

  @Override
  public Run prepare(Job job, Transport transport, JobWatch watch) {
    var cancelled = new CompletableFuture<Failure>();
    return new Run() {
      @Override
      public JobOutcome run() throws InterruptedException {
        try {
          script.run(job, watch, cancelled);
          return new JobOutcome.Completed();
        } catch (ClaimLostException e) {
          return new JobOutcome.ClaimLost(String.valueOf(e.getMessage()));
        }
      }

      @Override
      public void cancel(Failure why) {
        cancelled.complete(why);
      }
    };
  }
}
