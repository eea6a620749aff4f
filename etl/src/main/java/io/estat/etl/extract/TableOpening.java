package io.estat.etl.extract;

import io.estat.etl.domain.TableEvidence;
import io.estat.etl.encode.ColumnNames;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.source.SourceSettings;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.UploadBudget;
import java.sql.Connection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tables of a run ready to be read: at which point in time, in which chunks, into which
 * objects.
 */
final class TableOpening implements AutoCloseable {
  /** Taken as it is needed; enough for what any store sets aside for an open upload. */
  private static final long SMALL_BYTES = 16 << 20;

  private final Extractor extractor;
  private final JobOrder order;
  private final SourceCalls source;
  private final Retries retries;
  private final TableEnd end;
  private final Cancellation cancellation;
  private final Planner planner;
  private final OwnSnapshots own;
  private Map<String, String> objectNames = Map.of();
  private @Nullable SharedPoint job;

  TableOpening(
      Extractor extractor,
      JobOrder order,
      SourceCalls source,
      Retries retries,
      TableEnd end,
      Cancellation cancellation) {
    this.extractor = extractor;
    this.order = order;
    this.source = source;
    this.retries = retries;
    this.end = end;
    this.cancellation = cancellation;
    planner =
        new Planner(
            extractor.source(), extractor.options().encode(), extractor.options().splitRows());
    own = OwnSnapshots.of(extractor.source().settings().poolMax(), extractor.options());
  }

  /** How many tables may have a point in time of their own at the same time. */
  int ownPointsAtOnce() {
    return own.atOnce();
  }

  /**
   * Puts all tables into the queue: planned, if they have a point in time in common. A table that
   * cannot be read has failed when this returns.
   *
   * @throws ExtractException if no table can be read
   */
  void begin(List<TableRun> tables, WorkQueue queue)
      throws ExtractException, ClaimLostException, InterruptedException {
    if (tables.stream().allMatch(TableRun::hasEnded)) {
      return;
    }
    objectNames = objectNames();
    if (extractor.options().snapshots().scope() == Scope.JOB) {
      TableEvidence before = evidence(tables);
      SharedPoint point = source.call(null, () -> extractor.openForRun(before));
      job = point;
      planAll(tables, point);
      bigFirst(tables).forEach(queue::add);
    } else {
      tables.stream().filter(table -> !table.hasEnded()).forEach(queue::addUnopened);
    }
  }

  /**
   * Side by side, since a database that is far away answers each of the questions late. There are
   * no readers yet whose connections it would take, but where a snapshot lives in its sessions it
   * holds those already.
   */
  private void planAll(List<TableRun> tables, PointInTime point)
      throws ClaimLostException, InterruptedException {
    var left = new ConcurrentLinkedQueue<TableRun>();
    tables.stream().filter(table -> !table.hasEnded()).forEach(left::add);
    int held = point.maxReaders() == Integer.MAX_VALUE ? 1 : point.maxReaders();
    int most = Math.min(extractor.options().parallelTables(), own.plannersBeside(held));
    int count = Math.min(most, left.size());
    Workers.Work planning =
        () -> {
          for (TableRun next = left.poll(); next != null; next = left.poll()) {
            if (cancellation.isAsked()) {
              return;
            }
            plan(next, point);
          }
        };
    new Workers(order.job().value(), count, cancellation).run(() -> planning);
  }

  /** Of a table that another process has read, or null. */
  private static @Nullable TableEvidence evidence(List<TableRun> tables) {
    return tables.stream()
        .filter(table -> !table.landed().isEmpty())
        .findFirst()
        .map(TableRun::evidence)
        .orElse(null);
  }

  /** Puts a table into the queue that has nothing in common with others, or it has failed. */
  void open(TableRun table, WorkQueue queue) throws ClaimLostException, InterruptedException {
    PointInTime point;
    try {
      point = source.call(table.name(), () -> extractor.openForTable(own, queue::ownPointClosed));
    } catch (ExtractException e) {
      queue.ownPointClosed();
      end.fail(table, e.failure());
      return;
    } catch (RuntimeException e) {
      queue.ownPointClosed();
      end.failUnexpectedly(table, e);
      return;
    }
    try {
      if (plan(table, point)) {
        queue.add(Objects.requireNonNull(table.attempt()));
      }
    } finally {
      point.release();
    }
  }

  /** The same at the same point in time, from the start. */
  TableAttempt again(TableAttempt before) {
    TableRun table = before.table();
    var attempt =
        new TableAttempt(
            table,
            before.plan(),
            before.columnNames(),
            before.point(),
            output(table),
            before.fetchSize());
    table.attempt(attempt);
    return attempt;
  }

  private boolean plan(TableRun table, PointInTime point)
      throws ClaimLostException, InterruptedException {
    try {
      TablePlan plan =
          source.<TablePlan, PlanException>call(
              table.name(), () -> point.plan(planner, table.request()));
      ColumnNames names =
          extractor
              .options()
              .columnNames()
              .names(plan.columns().stream().map(c -> c.column().name()).toList());
      SourceSettings settings = extractor.source().settings();
      var fetchSize = new FetchSize(settings.fetchRows(), settings.fetchBytes());
      table.attempt(new TableAttempt(table, plan, names, point, output(table), fetchSize));
      return true;
    } catch (PlanException e) {
      end.fail(table, e.failure());
    } catch (ExtractException e) {
      end.fail(table, e.failure());
    } catch (RuntimeException e) {
      // What a driver or a server answers to one table is no reason to end the others.
      end.failUnexpectedly(table, e);
    }
    return false;
  }

  /** So that no big table is left over when the others are done. */
  private static List<TableAttempt> bigFirst(List<TableRun> tables) {
    return tables.stream()
        .filter(table -> !table.hasFailed())
        .map(TableRun::attempt)
        .filter(attempt -> attempt != null)
        .sorted(
            Comparator.comparingLong((TableAttempt a) -> a.plan().table().bytes())
                .thenComparingLong(a -> a.plan().table().rows())
                .reversed())
        .toList();
  }

  private TableOutput output(TableRun table) {
    return new TableOutput(
        objectNames.getOrDefault(table.name(), ""),
        extractor.options().maxObjectBytes(),
        new TableOutput.Uploads() {
          @Override
          public ObjectUpload open(String name) throws StoreException {
            return upload(table, name, TableOutput.CONTENT_TYPE, extractor.budget());
          }

          @Override
          public ObjectUpload openBeside(String name, String contentType) throws StoreException {
            return upload(table, name, contentType, new UploadBudget(SMALL_BYTES));
          }

          @Override
          public String url(String name) {
            return extractor.store().url() + "/" + order.prefix() + name;
          }
        });
  }

  private ObjectUpload upload(TableRun table, String name, String contentType, UploadBudget budget)
      throws StoreException {
    ExtractOptions options = extractor.options();
    var request =
        new ObjectUploadRequest(
            order.prefix() + name,
            contentType,
            Map.of(JobFiles.JOB, order.job().value()),
            options.partBytes(),
            budget,
            options.callTimeout(),
            retries.forUpload(table.name()));
    try {
      return extractor.store().upload(request);
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          StoreException.Kind.REJECTED,
          ("%s cannot be begun: %s (etl.buffer_bytes; etl.parallel_tables, or --parallel; a greater"
                  + " etl.max_object_bytes makes fewer objects of a table)")
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private Map<String, String> objectNames() throws ExtractException, InterruptedException {
    String owner =
        source.call(
            null,
            () -> {
              try (Connection connection = extractor.source().connection()) {
                return planner.defaultOwner(connection);
              }
            });
    try {
      return ObjectNames.assign(order.tables(), owner);
    } catch (IllegalArgumentException e) {
      throw new ExtractException("VALIDATION_ERROR", String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    if (job != null) {
      job.release();
    }
  }
}
