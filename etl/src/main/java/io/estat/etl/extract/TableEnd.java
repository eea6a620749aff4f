package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.ExtractionCompleted;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TableEvidence;
import io.estat.etl.encode.BigQuerySchema;
import io.estat.storage.StoreException;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a table ends: visible and told, or gone and told. Thread-safe. */
final class TableEnd {
  private static final Logger LOG = LoggerFactory.getLogger(TableEnd.class);

  private final JobWatch watch;
  private final InstantSource clock;
  private final Cancellation cancellation;
  private final ManifestEntry entry;

  TableEnd(JobWatch watch, InstantSource clock, Cancellation cancellation, ManifestEntry entry) {
    this.watch = watch;
    this.clock = clock;
    this.cancellation = cancellation;
    this.entry = entry;
  }

  /** Every chunk is proven: shows the objects. */
  void complete(TableAttempt attempt) throws ClaimLostException, InterruptedException {
    TableRun table = attempt.table();
    TableOutput output = attempt.output();
    List<LandedObject> objects;
    try (Cancellation.Registration _ = cancellation.whileRunning(output::abort)) {
      output.finish();
      if (attempt.columnNames().noSchema().isEmpty()) {
        byte[] schema =
            BigQuerySchema.write(attempt.plan().columns(), attempt.columnNames().landed());
        output.putSchema(JobFiles.JSON, schema);
      }
      objects = output.commit(watch::requireClaim);
    } catch (StoreException e) {
      fail(table, Retries.uploadError(e).failure());
      return;
    }
    attempt.end();
    TableEvidence evidence = entry.of(attempt, objects);
    try {
      watch.on(new ExtractionCompleted(clock.instant(), table.name(), objects, evidence));
    } catch (ClaimLostException e) {
      // Whoever has the job by now reads the table anew and needs the names.
      output.withdraw();
      throw e;
    }
    table.landed(objects, evidence);
  }

  /**
   * The first failure of the table counts; the others follow from it. So does every failure from
   * the end of a run that was cancelled, whatever it looks like.
   */
  void fail(TableRun table, Failure failure) throws ClaimLostException {
    Failure cancelled = cancellation.reason();
    Failure why = cancelled == null ? failure : new Failure("CANCELLED", cancelled.message());
    if (table.fail(why)) {
      table.close();
      watch.on(new ExtractionFailed(clock.instant(), table.name(), why));
    }
  }

  /** A fault of ours: the log has it whole, the answer does not. */
  void failUnexpectedly(TableRun table, Exception e) throws ClaimLostException {
    LOG.error("The extraction of {} failed unexpectedly.", table.name(), e);
    fail(
        table,
        new Failure(
            "INTERNAL_ERROR",
            "the extraction of "
                + table.name()
                + " failed unexpectedly; the server's log says how"));
  }
}
