package io.estat.etl.server.run;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.TableEvidence;
import io.estat.etl.domain.Transport;
import io.estat.etl.extract.Begun;
import io.estat.etl.extract.Extractor;
import io.estat.etl.extract.JobOrder;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.extract.JobRun;
import io.estat.etl.extract.JobWatch;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.server.store.JobEvents;
import io.estat.etl.server.store.JobStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;

/** The engine of this product, from one database to one object store. */
public final class ExtractEngine implements Engine {
  private final Extractor extractor;
  private final JobStore jobs;
  private final JobEvents events;

  public ExtractEngine(Extractor extractor, JobStore jobs, JobEvents events) {
    this.extractor = extractor;
    this.jobs = jobs;
    this.events = events;
  }

  @Override
  public Run prepare(Job job, Transport transport, JobWatch watch) {
    List<TableRequest> tables =
        transport.tables().stream()
            .map(table -> TableRequest.of(table, transport.options(table)))
            .toList();
    Integer previous = jobs.lastCompletedVersion(transport.id(), job.version()).orElse(null);
    JobOrder order = JobOrder.of(job.id(), transport.id(), job.version(), previous, tables);
    Instant startedAt = job.startedAt();
    JobRun run =
        extractor.run(startedAt == null ? order : order.goingOn(begun(job, startedAt)), watch);
    return new Run() {
      @Override
      public JobOutcome run() throws InterruptedException {
        return run.run();
      }

      @Override
      public void cancel(Failure why) {
        run.cancel(why);
      }
    };
  }

  /** What the process that had the job before has done. */
  private Begun begun(Job job, Instant startedAt) {
    var landed = new HashMap<String, Begun.Landed>();
    for (JobEvent.ExtractionCompleted done : events.completed(job.id())) {
      TableEvidence evidence = done.evidence();
      if (evidence != null) {
        landed.put(done.table(), new Begun.Landed(done.objects(), evidence));
      }
    }
    var failed = new HashMap<String, Failure>();
    for (Extraction extraction : job.extractions()) {
      Failure why = extraction.error();
      if (why != null) {
        failed.put(extraction.tableName(), why);
      }
    }
    return new Begun(startedAt, landed, failed);
  }
}
