package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.Transport;
import io.estat.etl.extract.Extractor;
import io.estat.etl.extract.JobOrder;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.extract.JobRun;
import io.estat.etl.extract.JobWatch;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.server.store.JobEvents;
import io.estat.etl.server.store.JobStore;
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
    JobRun run =
        extractor.run(
            JobOrder.of(job.id(), transport.id(), job.version(), previous, tables), watch);
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
}
