package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.JobStarted;
import io.estat.etl.plan.TableRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One run of a job, from its snapshot to its manifest. A table that fails leaves nothing behind and
 * does not disturb the others; the job is completed only if every table is.
 */
public final class JobRun {
  private final Extractor extractor;
  private final JobOrder order;
  private final JobWatch watch;
  private final Cancellation cancellation = new Cancellation();
  private final Retries retries;
  private final SourceCalls source;
  private final TableEnd end;
  private final List<TableRun> tables;

  JobRun(Extractor extractor, JobOrder order, JobWatch watch) {
    this.extractor = extractor;
    this.order = order;
    this.watch = watch;
    retries =
        new Retries(
            extractor.options().retry(),
            cancellation,
            this::tell,
            extractor.clock(),
            ThreadLocalRandom::current);
    source = new SourceCalls(extractor.source().dialect(), retries);
    var entry = new ManifestEntry(extractor.options().verify());
    end = new TableEnd(watch, extractor.clock(), cancellation, entry);
    tables =
        order.tables().stream()
            .map(request -> new TableRun(request, watch, extractor.clock()))
            .toList();
  }

  /**
   * Ends the run early: statements are cancelled in the database, uploads aborted. Returns at once;
   * {@link #run} returns when both have ended. Any thread; the first reason stays.
   */
  public void cancel(Failure why) {
    cancellation.cancel(why);
  }

  /**
   * Runs the job on threads of its own and waits for its end. The watch has been told of the
   * outcome when this returns. Once.
   */
  public JobOutcome run() throws InterruptedException {
    try {
      Instant startedAt = start();
      var last = new JobEnd(end, watch, extractor.clock(), cancellation);
      try {
        endWhatIsLeft();
        copy(startedAt);
        return last.tell(tables, null);
      } catch (ExtractException e) {
        return last.tell(tables, e.failure());
      }
    } catch (ClaimLostException e) {
      return new JobOutcome.ClaimLost(String.valueOf(e.getMessage()));
    } finally {
      tables.forEach(TableRun::close);
    }
  }

  private Instant start() throws ClaimLostException {
    Begun begun = order.begun();
    if (begun != null) {
      tables.forEach(table -> begun.tell(table));
      return begun.startedAt();
    }
    Instant startedAt = now();
    watch.on(new JobStarted(startedAt, order.tables().stream().map(TableRequest::asked).toList()));
    return startedAt;
  }

  /** The uploads of a process that has died are of no use to this one. */
  private void endWhatIsLeft() throws ExtractException, ClaimLostException, InterruptedException {
    if (order.begun() != null) {
      retries.store(null, () -> extractor.store().abortUploads(order.prefix()));
    }
  }

  private void copy(Instant startedAt)
      throws ExtractException, ClaimLostException, InterruptedException {
    ExtractOptions options = extractor.options();
    try (var opening = new TableOpening(extractor, order, source, retries, end, cancellation)) {
      var queue = new WorkQueue(opening.ownPointsAtOnce());
      var restarts = new TableRestarts(options, opening, queue, end);
      opening.begin(tables, queue);
      new Workers(order.job().value(), options.parallelTables(), cancellation)
          .run(
              () ->
                  new ChunkWorker(
                      extractor, queue, opening, restarts, end, source, retries, cancellation));
      if (!cancellation.isAsked() && tables.stream().noneMatch(t -> t.landed().isEmpty())) {
        var files = new JobFiles(extractor, order, watch, retries);
        new Manifest(extractor, order, files)
            .write(tables, opening.point(tables), startedAt, now());
      }
    }
  }

  /**
   * Progress that nobody can be told is not worth ending a run for: the next change of state is.
   */
  private void tell(JobEvent event) {
    try {
      watch.on(event);
    } catch (ClaimLostException e) {
      cancel(new Failure("CLAIM_LOST", String.valueOf(e.getMessage())));
    }
  }

  private Instant now() {
    return extractor.clock().instant();
  }
}
