package io.estat.etl.extract;

import io.estat.etl.extract.PreflightReport.Check;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.BoundedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run would meet, found out without moving a row: opens and closes a snapshot, plans every
 * table, and begins an upload that it aborts. Safe beside production: reads catalogs and the ends
 * of indexes, no table; takes no lock and writes nothing; never tries twice, never waits for an
 * outage; and each query and the whole have an end.
 */
public final class Preflight {
  private static final String TIME = "time";

  /**
   * How long it may take.
   *
   * @param whole all of it; then what is still asked is cut off
   * @param query one query
   */
  public record Bounds(Duration whole, Duration query) {
    public static final Bounds DEFAULT = new Bounds(Duration.ofSeconds(60), Duration.ofSeconds(10));
  }

  private final long deadline;
  private final Bounds bounds;
  private final Findings late = new Findings();

  private Preflight(Bounds bounds) {
    this.bounds = bounds;
    deadline = System.nanoTime() + bounds.whole().toNanos();
  }

  /** Checks all there is to check for a transport, also after something failed. */
  public static PreflightReport run(Extractor extractor, List<TableRequest> tables)
      throws InterruptedException {
    return run(extractor, tables, null, Bounds.DEFAULT);
  }

  /**
   * Checks all there is to check, also after something failed.
   *
   * @param prefix what every key of the run starts with, where nothing may be yet; null: a job's
   *     own, which nobody has used
   */
  public static PreflightReport run(
      Extractor extractor, List<TableRequest> tables, @Nullable String prefix, Bounds bounds)
      throws InterruptedException {
    return new Preflight(bounds).run(extractor, tables, prefix);
  }

  private PreflightReport run(
      Extractor extractor, List<TableRequest> tables, @Nullable String prefix)
      throws InterruptedException {
    var ofSource = new Findings();
    var ofStore = new Findings();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try (var source = new BoundedSource(extractor.source(), bounds.query())) {
      var database = new SourceCheck(source, extractor.options(), ofSource);
      var store =
          new StoreCheck(extractor, prefix == null ? "" : prefix, callTimeout(extractor), ofStore);
      Future<?> tried =
          threads.submit(
              () -> {
                store.tryUpload();
                return null;
              });
      await(threads.submit(() -> database.run(tables)), database::looksAt);
      await(tried, () -> "the upload to the store");
      if (prefix != null && !database.objectNames().isEmpty()) {
        List<String> names = objects(database);
        await(threads.submit(() -> store.lookForObjects(names)), () -> "the objects in the store");
      }
      var checks = new ArrayList<Check>(ofSource.soFar());
      checks.addAll(ofStore.soFar());
      checks.addAll(late.soFar());
      return new PreflightReport(checks, database.snapshot(), database.planned());
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<String> objects(SourceCheck database) {
    var names = new ArrayList<String>();
    database.objectNames().forEach(name -> names.add(name + TableOutput.SUFFIX));
    names.add(Manifest.NAME);
    return names;
  }

  private Duration callTimeout(Extractor extractor) {
    Duration set = extractor.options().callTimeout();
    return set.compareTo(bounds.whole()) < 0 ? set : bounds.whole();
  }

  private void await(Future<?> part, Supplier<String> looksAt) throws InterruptedException {
    try {
      part.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      late.fail(
          TIME,
          "the check was ended after %d s; it was at %s, and what follows was not looked at"
              .formatted(bounds.whole().toSeconds(), looksAt.get()),
          "see whether database and store can be reached from here and what they are busy with, or"
              + " check fewer tables at once");
      part.cancel(true);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a check broke off", e.getCause());
    }
  }
}
