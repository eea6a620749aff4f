package io.estat.etl.extract;

import io.estat.etl.encode.ColumnNames;
import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.source.Source;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import java.sql.Connection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tables of a run ready to be read: at which point in time, in which chunks, into which
 * objects.
 */
final class TableOpening implements AutoCloseable {
  private final Extractor extractor;
  private final JobOrder order;
  private final SourceCalls source;
  private final Retries retries;
  private final TableEnd end;
  private final Cancellation cancellation;
  private final Planner planner;
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
  }

  /**
   * Plans the tables and puts their chunks into the queue. A table that cannot be read has failed
   * when this returns.
   *
   * @throws ExtractException if no table can be read
   */
  void begin(List<TableRun> tables, WorkQueue queue)
      throws ExtractException, ClaimLostException, InterruptedException {
    objectNames = objectNames();
    SharedPoint point =
        source.call(null, () -> extractor.open("job", extractor.options().parallelTables()));
    job = point;
    for (TableRun table : tables) {
      if (cancellation.isAsked()) {
        return;
      }
      try {
        TablePlan plan =
            source.<TablePlan, PlanException>call(
                table.name(), () -> planner.plan(point.snapshot(), table.request()));
        table.attempt(attempt(table, plan, point));
      } catch (PlanException e) {
        end.fail(table, e.failure());
      } catch (ExtractException e) {
        end.fail(table, e.failure());
      }
    }
    bigFirst(tables).forEach(queue::add);
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

  /** What the tables have in common. */
  PointInTime.Description point() {
    return Objects.requireNonNull(job, "begun").description();
  }

  private TableAttempt attempt(TableRun table, TablePlan plan, PointInTime point) {
    ColumnNames names =
        extractor
            .options()
            .columnNames()
            .names(plan.columns().stream().map(c -> c.column().name()).toList());
    return new TableAttempt(table, plan, names, point, output(table));
  }

  private TableOutput output(TableRun table) {
    return new TableOutput(
        objectNames.getOrDefault(table.name(), ""),
        extractor.options().maxObjectBytes(),
        new TableOutput.Uploads() {
          @Override
          public ObjectUpload open(String name) {
            return extractor.store().upload(upload(table.name(), name));
          }

          @Override
          public String url(String name) {
            return extractor.store().url() + "/" + order.prefix() + name;
          }
        });
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

  private Map<String, String> objectNames() throws ExtractException, InterruptedException {
    Source database = extractor.source();
    String owner =
        source.call(
            null,
            () -> {
              try (Connection connection = database.connection()) {
                return database.defaultOwner(connection);
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
