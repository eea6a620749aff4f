package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.domain.JobEvent.JobCancelled;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobFailed;
import io.estat.etl.domain.JobEvent.JobStarted;
import io.estat.etl.encode.ColumnNames;
import io.estat.etl.plan.Chunk;
import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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
  private final JobFiles files;
  private final TableEnd end;
  private final List<TableRun> tables = new ArrayList<>();

  /** Tables that were refused before a row was read, by what the order calls them. */
  private final Map<String, Failure> refused = new LinkedHashMap<>();

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
    files = new JobFiles(extractor, order, watch, retries);
    end = new TableEnd(files, watch, extractor.clock(), cancellation);
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
      Instant startedAt = now();
      watch.on(new JobStarted(startedAt, asked()));
      try {
        copy(startedAt);
        return outcome(null);
      } catch (ExtractException e) {
        return outcome(e.failure());
      }
    } catch (ClaimLostException e) {
      return new JobOutcome.ClaimLost(String.valueOf(e.getMessage()));
    } finally {
      // Whatever is still open belongs to a table that did not end.
      tables.stream().filter(table -> table.landed().isEmpty()).forEach(t -> t.output().abort());
    }
  }

  private void copy(Instant startedAt)
      throws ExtractException, ClaimLostException, InterruptedException {
    Source database = extractor.source();
    try (Snapshot snapshot =
        source.call(
            null,
            () ->
                database.dialect().openSnapshot(database, extractor.options().parallelTables()))) {
      plan(snapshot);
      read(snapshot);
      if (!cancellation.isAsked() && failures().isEmpty()) {
        new Manifest(extractor, order, files).write(tables, snapshot, startedAt, now());
      }
    }
  }

  private void plan(Snapshot snapshot)
      throws ExtractException, ClaimLostException, InterruptedException {
    var planner =
        new Planner(
            extractor.source(), extractor.options().encode(), extractor.options().splitRows());
    Map<String, String> objectNames = objectNames();
    for (TableRequest request : order.tables()) {
      if (cancellation.isAsked()) {
        return;
      }
      try {
        TablePlan plan =
            source.<TablePlan, PlanException>call(
                request.asked(), () -> planner.plan(snapshot, request));
        tables.add(table(request, plan, objectNames.getOrDefault(request.asked(), "")));
      } catch (PlanException e) {
        refuse(request, e.failure());
      } catch (ExtractException e) {
        refuse(request, e.failure());
      }
    }
  }

  private Map<String, String> objectNames() throws ExtractException, InterruptedException {
    Dialect dialect = extractor.source().dialect();
    String owner =
        source.call(
            null,
            () -> {
              try (Connection connection = extractor.source().connection()) {
                return dialect.defaultOwner(connection);
              }
            });
    try {
      return ObjectNames.assign(order.tables(), owner);
    } catch (IllegalArgumentException e) {
      throw new ExtractException("VALIDATION_ERROR", String.valueOf(e.getMessage()), e);
    }
  }

  private TableRun table(TableRequest request, TablePlan plan, String objectName) {
    var output =
        new TableOutput(
            objectName,
            extractor.options().maxObjectBytes(),
            new TableOutput.Uploads() {
              @Override
              public ObjectUpload open(String name) {
                return extractor.store().upload(upload(request.asked(), name));
              }

              @Override
              public String url(String name) {
                return extractor.store().url() + "/" + order.prefix() + name;
              }
            });
    ColumnNames names =
        extractor
            .options()
            .columnNames()
            .names(plan.columns().stream().map(c -> c.column().name()).toList());
    return new TableRun(request.asked(), plan, names, output, watch, extractor.clock());
  }

  private ObjectUploadRequest upload(String table, String name) {
    ExtractOptions options = extractor.options();
    return new ObjectUploadRequest(
        order.prefix() + name,
        TableOutput.CONTENT_TYPE,
        Map.of(),
        options.partBytes(),
        extractor.budget(),
        options.callTimeout(),
        retries.forUpload(table));
  }

  private void refuse(TableRequest request, Failure why) throws ClaimLostException {
    refused.put(request.asked(), why);
    watch.on(new ExtractionFailed(now(), request.asked(), why));
  }

  /** Big tables first, so that none of them is left over when the others are done. */
  private void read(Snapshot snapshot) throws ClaimLostException, InterruptedException {
    Queue<ChunkWorker.Task> queue = new ConcurrentLinkedQueue<>();
    tables.stream()
        .sorted(
            Comparator.comparingLong((TableRun t) -> t.plan().table().bytes())
                .thenComparingLong(t -> t.plan().table().rows())
                .reversed())
        .forEach(
            table -> {
              for (Chunk chunk : table.plan().chunks()) {
                queue.add(new ChunkWorker.Task(table, chunk));
              }
            });
    int workers =
        Math.min(
            Math.min(extractor.options().parallelTables(), snapshot.maxSessions()), queue.size());
    var lost = new AtomicReference<@Nullable ClaimLostException>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < workers; i++) {
      var worker = new ChunkWorker(extractor, snapshot, queue, end, source, retries, cancellation);
      threads.add(
          Thread.ofPlatform()
              .name("extract-" + order.job() + "-" + i)
              .start(() -> work(worker, lost)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    ClaimLostException claimLost = lost.get();
    if (claimLost != null) {
      throw claimLost;
    }
  }

  /** A worker that must not go on ends the whole run. */
  private void work(ChunkWorker worker, AtomicReference<@Nullable ClaimLostException> lost) {
    try {
      worker.work();
    } catch (ClaimLostException e) {
      lost.set(e);
      cancel(new Failure("CLAIM_LOST", String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      cancel(new Failure("CANCELLED", "the server stopped"));
    }
  }

  /** The last word of the run. */
  private JobOutcome outcome(@Nullable Failure fatal) throws ClaimLostException {
    Failure cancelled = cancellation.reason();
    Failure rest = cancelled != null ? new Failure("CANCELLED", cancelled.message()) : fatal;
    if (rest != null) {
      failUnfinished(rest);
    }
    if (cancelled != null) {
      watch.on(new JobCancelled(now(), cancelled));
      return new JobOutcome.Cancelled(cancelled);
    }
    Failure why = fatal != null ? fatal : firstFailure();
    if (why != null) {
      watch.on(new JobFailed(now(), why));
      return new JobOutcome.Failed(why);
    }
    watch.on(new JobCompleted(now()));
    return new JobOutcome.Completed();
  }

  private void failUnfinished(Failure why) throws ClaimLostException {
    for (TableRun table : tables) {
      if (table.landed().isEmpty()) {
        end.fail(table, why);
      }
    }
    List<String> known = tables.stream().map(TableRun::name).toList();
    for (TableRequest request : order.tables()) {
      if (!known.contains(request.asked()) && !refused.containsKey(request.asked())) {
        refuse(request, why);
      }
    }
  }

  private Map<String, Failure> failures() {
    var failures = new LinkedHashMap<>(refused);
    for (TableRun table : tables) {
      Failure failure = table.failure();
      if (failure != null) {
        failures.put(table.name(), failure);
      }
    }
    return failures;
  }

  private @Nullable Failure firstFailure() {
    Map<String, Failure> failures = failures();
    if (failures.isEmpty()) {
      return null;
    }
    Map.Entry<String, Failure> first = failures.entrySet().iterator().next();
    return new Failure(
        first.getValue().code(),
        "%d of %d tables failed, the first: %s: %s"
            .formatted(
                failures.size(),
                order.tables().size(),
                first.getKey(),
                first.getValue().message()));
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

  private List<String> asked() {
    return order.tables().stream().map(TableRequest::asked).toList();
  }

  private Instant now() {
    return extractor.clock().instant();
  }
}
