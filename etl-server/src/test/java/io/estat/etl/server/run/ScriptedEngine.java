package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.Transport;
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
    void run(Job job, JobReports reports, CompletableFuture<Failure> cancelled)
        throws InterruptedException;
  }

  private final Script script;

  public ScriptedEngine(Script script) {
    this.script = script;
  }

  /** All tables, without a row. */
  public static Script completing(Instant at) {
    return (job, reports, cancelled) -> {
      reports.on(new JobEvent.JobStarted(at, List.of()));
      job.extractions()
          .forEach(
              extraction -> {
                reports.on(new JobEvent.ExtractionStarted(at, extraction.tableName(), -1));
                reports.requireClaim();
                reports.on(new JobEvent.ExtractionCompleted(at, extraction.tableName(), List.of()));
              });
      reports.on(new JobEvent.JobCompleted(at));
    };
  }

  /** Runs until it is told to end, and then does. */
  public static Script obeying(Instant at) {
    return (job, reports, cancelled) -> {
      reports.on(new JobEvent.JobStarted(at, List.of()));
      reports.on(new JobEvent.JobCancelled(at, cancelled.join()));
    };
  }

  @Override
  public Run prepare(Job job, Transport transport, JobReports reports) {
    var cancelled = new CompletableFuture<Failure>();
    return new Run() {
      @Override
      public void run() throws InterruptedException {
        script.run(job, reports, cancelled);
      }

      @Override
      public void cancel(Failure why) {
        cancelled.complete(why);
      }
    };
  }
}
