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
    retries = retries(cancellation);
    source = new SourceCalls(extractor.source().dialect(), retries);
    var entry = new ManifestEntry(extractor.options().verify());
    end = new TableEnd(watch, extractor.clock(), cancellation, entry);
    tables =
        order.tables().stream()
            .map(request -> new TableRun(request, watch, extractor.clock()))
            .toList();
  }

  private Retries retries(Cancellation endedBy) {
    return new Retries(
        extractor.options().retry(),
        endedBy,
        this::tell,
        extractor.clock(),
        ThreadLocalRandom::current);
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
        // With only its end left the job may have its manifest: it comes too late to be cancelled.
        if (!isLanded()) {
          endWhatIsLeft();
          copy();
          if (!isLanded() || cancellation.isAsked()) {
            return last.tell(tables, null);
          }
        }
        return publish(startedAt, last);
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

  /**
   * The uploads of a process that has died are of no use to this one, and objects that it made
   * visible without saying so have the names that this one needs.
   */
  private void endWhatIsLeft() throws ExtractException, ClaimLostException, InterruptedException {
    Begun begun = order.begun();
    if (begun == null) {
      return;
    }
    var left =
        new LeftObjects(
            extractor.store(), order.prefix(), order.job(), extractor.options().callTimeout());
    retries.store(null, () -> left.remove(begun.objects(), watch::requireClaim));
  }

  private void copy() throws ExtractException, ClaimLostException, InterruptedException {
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
    }
  }

  private boolean isLanded() {
    return tables.stream().noneMatch(table -> table.landed().isEmpty());
  }

  /**
   * The manifest is the point of no return: what comes after it changes nothing any more, and since
   * one whose answer is lost may be there, no cancel breaks off its retries.
   */
  private JobOutcome publish(Instant startedAt, JobEnd last)
      throws ExtractException, ClaimLostException, InterruptedException {
    var files = new JobFiles(extractor, order, watch, retries(new Cancellation()));
    var manifest = new Manifest(extractor, order, files);
    Instant completedAt = now();
    manifest.write(tables, startedAt, completedAt);
    new LatestVersion(order, files).name(files.key(Manifest.NAME), completedAt);
    return last.tellCompleted();
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
