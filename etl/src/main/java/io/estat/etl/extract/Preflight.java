package io.estat.etl.extract;

import io.estat.etl.plan.PlanException;
import io.estat.etl.plan.Planner;
import io.estat.etl.plan.TablePlan;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Dialect;
import io.estat.etl.source.Snapshot;
import io.estat.etl.source.Source;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.StoreException;
import io.estat.storage.UploadRetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run would meet, found out without moving a row: opens and closes a snapshot, plans every
 * table, and begins an upload that it aborts. Never tries twice, never waits for an outage.
 */
public final class Preflight {
  /** More than the first piece of any upload, so that the store is really asked. */
  private static final byte[] TRIAL = new byte[6 << 20];

  /** How a check ended. */
  public enum Verdict {
    OK,
    /** The job would run, but not as well as it could. */
    WARNING,
    FAILED
  }

  /**
   * One thing that was looked at.
   *
   * @param check {@code connection}, {@code names}, {@code table}, {@code undo_retention} or {@code
   *     store}
   * @param table as the transport names it, or null where it is about all
   * @param message what was found
   * @param fix what to do about it, or null if nothing has to be done
   */
  public record Check(
      String check,
      @Nullable String table,
      Verdict verdict,
      String message,
      @Nullable String fix) {}

  private static final String UNDO = "undo_retention";

  /** Of a slow source, all workers together: an estimate that is too long only warns too early. */
  private static final long SLOW_ROWS_A_SECOND = 50_000;

  private final Extractor extractor;
  private final List<Check> checks = new ArrayList<>();

  private Preflight(Extractor extractor) {
    this.extractor = extractor;
  }

  /** Checks all there is to check, also after something failed. */
  public static List<Check> run(Extractor extractor, List<TableRequest> tables) {
    var preflight = new Preflight(extractor);
    preflight.source(tables);
    preflight.store();
    return List.copyOf(preflight.checks);
  }

  private void source(List<TableRequest> tables) {
    Source source = extractor.source();
    Dialect dialect = source.dialect();
    try {
      names(source, tables);
      try (Snapshot snapshot = dialect.openSnapshot(source, extractor.options().parallelTables())) {
        add(
            "connection",
            Verdict.OK,
            "%s can be read as of %s".formatted(dialect.name(), snapshot.id()),
            null);
        undoRetention(source, plan(snapshot, tables));
      }
    } catch (SQLException e) {
      String message = SourceCalls.explain(dialect, e).failure().message();
      add(
          "connection",
          Verdict.FAILED,
          message,
          "check source.url, the credentials and the user's rights");
    }
  }

  private void names(Source source, List<TableRequest> tables) throws SQLException {
    try (Connection connection = source.connection()) {
      ObjectNames.assign(tables, source.defaultOwner(connection));
    } catch (IllegalArgumentException e) {
      add("names", Verdict.FAILED, String.valueOf(e.getMessage()), "set table_options.output_name");
    }
  }

  /** Returns the estimate of all rows. */
  private long plan(Snapshot snapshot, List<TableRequest> tables) throws SQLException {
    long rows = 0;
    ExtractOptions options = extractor.options();
    var planner = new Planner(extractor.source(), options.encode(), options.splitRows());
    for (TableRequest table : tables) {
      try {
        TablePlan plan = planner.plan(snapshot, table);
        rows += Math.max(0, plan.table().rows());
        checks.add(planned(table, plan));
      } catch (PlanException e) {
        checks.add(
            new Check(
                "table",
                table.asked(),
                Verdict.FAILED,
                e.failure().message(),
                "correct the transport, or grant the right to read the table"));
      }
    }
    return rows;
  }

  /** Whether what was written meanwhile can still be undone when the last row is read. */
  private void undoRetention(Source source, long rows) {
    Duration estimate = Duration.ofSeconds(rows / SLOW_ROWS_A_SECOND + 1);
    try (Connection connection = source.connection()) {
      Duration kept = source.dialect().undoRetention(connection).orElse(null);
      if (kept != null && kept.compareTo(estimate) < 0) {
        add(
            UNDO,
            Verdict.WARNING,
            "the database keeps old versions for %d s, and about %d rows may take %d s"
                .formatted(kept.toSeconds(), rows, estimate.toSeconds()),
            "set undo_retention to more, give the undo tablespace room, run when less is written,"
                + " or set etl.on_snapshot_lost to restart_table");
      } else if (kept != null) {
        add(
            UNDO,
            Verdict.OK,
            "the database keeps old versions for %d s".formatted(kept.toSeconds()),
            null);
      }
    } catch (SQLException e) {
      add(
          UNDO,
          Verdict.WARNING,
          "how long old versions are kept cannot be seen: "
              + SourceCalls.explain(source.dialect(), e).failure().message(),
          "grant select on v_$undostat to the user, or compare undo_retention with the time that"
              + " the job takes");
    }
  }

  private static Check planned(TableRequest table, TablePlan plan) {
    long rows = plan.table().rows();
    String size = rows < 0 ? "an unknown number of rows" : "about %d rows".formatted(rows);
    String message = "%s by %s in %d chunks".formatted(size, plan.kind(), plan.chunks().size());
    return plan.reason().isEmpty()
        ? new Check("table", table.asked(), Verdict.OK, message, null)
        : new Check(
            "table",
            table.asked(),
            Verdict.WARNING,
            message + ", because " + plan.reason(),
            "nothing has to be done; one worker reads the table");
  }

  private void store() {
    ExtractOptions options = extractor.options();
    var request =
        new ObjectUploadRequest(
            "_preflight/" + UUID.randomUUID(),
            TableOutput.CONTENT_TYPE,
            Map.of(),
            options.partBytes(),
            extractor.budget(),
            options.callTimeout(),
            UploadRetry.NEVER);
    String url = extractor.store().url();
    try (ObjectUpload upload = extractor.store().upload(request)) {
      upload.append(TRIAL, 0, TRIAL.length);
      upload.finishParts();
      upload.abort();
      add("store", Verdict.OK, "%s takes and forgets an upload".formatted(url), null);
    } catch (StoreException e) {
      add("store", Verdict.FAILED, e.getMessage(), fix(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      add("store", Verdict.FAILED, "the check was interrupted", "run it again");
    }
  }

  private static String fix(StoreException e) {
    return switch (e.kind()) {
      case DENIED ->
          "grant the right to create objects and to abort uploads, or correct the credentials";
      case NO_BUCKET -> "create the bucket, or correct store.url";
      default -> "check store.url and that the store can be reached from here";
    };
  }

  private void add(String check, Verdict verdict, String message, @Nullable String fix) {
    checks.add(new Check(check, null, verdict, message, fix));
  }
}
