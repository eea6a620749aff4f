package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent.ExtractionCompleted;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.encode.BigQuerySchema;
import io.estat.storage.StoreException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a table ends: visible and told, or gone and told. Thread-safe. */
final class TableEnd {
  private static final Logger LOG = LoggerFactory.getLogger(TableEnd.class);

  private final JobFiles files;
  private final JobWatch watch;
  private final InstantSource clock;
  private final Cancellation cancellation;

  TableEnd(JobFiles files, JobWatch watch, InstantSource clock, Cancellation cancellation) {
    this.files = files;
    this.watch = watch;
    this.clock = clock;
    this.cancellation = cancellation;
  }

  /** Every chunk is proven: shows the objects. */
  void complete(TableAttempt attempt) throws ClaimLostException, InterruptedException {
    TableRun table = attempt.table();
    try (Cancellation.Registration _ = cancellation.whileRunning(() -> attempt.output().abort())) {
      attempt.output().finish();
      watch.requireClaim();
      table.landed(attempt.output().commit());
      putSchema(attempt);
    } catch (StoreException e) {
      fail(table, Retries.uploadError(e).failure());
      return;
    } catch (ExtractException e) {
      fail(table, e.failure());
      return;
    }
    attempt.end();
    watch.on(new ExtractionCompleted(clock.instant(), table.name(), table.landed()));
  }

  private void putSchema(TableAttempt attempt)
      throws ExtractException, ClaimLostException, InterruptedException {
    if (attempt.columnNames().noSchema().isEmpty()) {
      byte[] schema =
          BigQuerySchema.write(attempt.plan().columns(), attempt.columnNames().landed());
      String name = attempt.output().name() + ".schema.json";
      files.create(attempt.table().name(), files.key(name), schema);
    }
  }

  /** The first failure of the table counts; the others follow from it. */
  void fail(TableRun table, Failure why) throws ClaimLostException {
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
