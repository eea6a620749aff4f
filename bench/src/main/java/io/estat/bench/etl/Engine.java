package io.estat.bench.etl;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.extract.ExtractOptions;
import io.estat.etl.extract.Extractor;
import io.estat.etl.extract.JobOrder;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.extract.JobWatch;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.storage.FolderStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** The engine itself, in this JVM. */
record Engine(Source source, ExtractOptions options, List<String> tables) implements Contender {
  /** With the defaults of the configuration: four workers, {@code verify: count}, gzip level 1. */
  static Engine byDefault(Source source, String table) {
    return new Engine(source, ExtractOptions.DEFAULTS, List.of(table));
  }

  @Override
  public String name() {
    return "estat";
  }

  @Override
  public void land(Path folder) throws InterruptedException {
    List<TableRequest> requests =
        tables.stream().map(table -> TableRequest.of(table, TableOptions.NONE)).toList();
    var job = new JobId("JOB-20260131-235959-0a1b2c3d");
    var order = new JobOrder(job, null, 1, null, requests, "", null, null);
    try (var store = new FolderStore(folder)) {
      JobOutcome outcome =
          new Extractor(source, store, options, InstantSource.system())
              .run(order, new Nobody())
              .run();
      if (!(outcome instanceof JobOutcome.Completed)) {
        throw new IllegalStateException("the engine did not complete: " + outcome);
      }
    }
  }

  @Override
  public void close() {
    source.close();
  }

  private static final class Nobody implements JobWatch {
    @Override
    public void on(JobEvent event) {}

    @Override
    public void requireClaim() {}
  }
}
