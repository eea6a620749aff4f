package io.estat.app;

import io.estat.etl.breaker.BreakerOptions;
import io.estat.etl.breaker.Breakers;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.extract.ExtractOptions;
import io.estat.etl.extract.Extractor;
import io.estat.etl.extract.JobOrder;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.extract.JobRun;
import io.estat.etl.extract.Preflight;
import io.estat.etl.extract.PreflightReport;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import java.io.Console;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One extraction as a process: from the wish to the exit code. */
final class ExtractProcess {
  private static final int FAILED = 1;
  private static final int STOPPED = 130;

  /** What the platform grants a process that was told to end. */
  private static final int STOP_SECONDS = 30;

  /** Beside the workers: the snapshot's session and the catalog's. */
  private static final int OTHER_SESSIONS = 2;

  /**
   * What the command line asks for.
   *
   * @param to a URL, or a folder
   * @param parallel chunks read at the same time
   */
  record Wish(
      String source,
      @Nullable String user,
      @Nullable String password,
      List<String> tables,
      String to,
      int parallel,
      boolean verify,
      boolean dryRun) {}

  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param out what a dry run says
   * @param err how a run goes
   */
  ExtractProcess(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs until the tables are copied, or would be, or a signal comes.
   *
   * @throws IllegalArgumentException for a URL or name that cannot be used
   */
  int run(Wish wish) throws InterruptedException, SQLException {
    Destination destination = Destination.of(wish.to());
    JobOrder order = order(wish, destination);
    Breakers breakers = Breakers.of(BreakerOptions.DEFAULTS, InstantSource.system());
    try (Source source = Sources.open(settings(wish), breakers.database());
        ObjectStore store =
            breakers.guard(
                ObjectStores.open(
                    destination.store(), StoreEnvironment.settings(System.getenv())))) {
      var extractor = new Extractor(source, store, options(wish), InstantSource.system());
      if (wish.dryRun()) {
        return dryRun(extractor, order);
      }
      return exitCode(untilSignal(extractor.run(order, new ExtractProgress(err, isTerminal()))));
    }
  }

  private int dryRun(Extractor extractor, JobOrder order) throws InterruptedException {
    PreflightReport report =
        Preflight.run(extractor, order.tables(), order.prefix(), Preflight.Bounds.DEFAULT);
    new DryRunText(out).print(report);
    return report.ok() ? 0 : FAILED;
  }

  private static JobOrder order(Wish wish, Destination destination) {
    List<TableRequest> tables =
        new LinkedHashSet<>(wish.tables())
            .stream().map(table -> TableRequest.of(table, TableOptions.NONE)).toList();
    JobId job = JobId.mint(InstantSource.system().instant(), ThreadLocalRandom.current());
    return new JobOrder(job, null, 1, null, tables, destination.prefix(), null, null);
  }

  private static SourceSettings settings(Wish wish) {
    return SourceSettings.of(wish.source(), wish.user(), wish.password())
        .withPoolMax(wish.parallel() + OTHER_SESSIONS);
  }

  private static ExtractOptions options(Wish wish) {
    ExtractOptions options = ExtractOptions.DEFAULTS.withParallelTables(wish.parallel());
    return wish.verify() ? options : options.withoutVerify();
  }

  @SuppressWarnings("SystemConsoleNull") // null again from JDK 25 on where there is no terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static JobOutcome untilSignal(JobRun run) throws InterruptedException {
    var ended = new CountDownLatch(1);
    Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> stop(run, ended));
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      return run.run();
    } finally {
      ended.countDown();
      forget(stop);
    }
  }

  /** Runs in the JVM's shutdown and ends the process itself: the JVM's own code would be 143. */
  private static void stop(JobRun run, CountDownLatch ended) {
    run.cancel(new Failure("CANCELLED", "stopped by a signal"));
    try {
      ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(STOPPED);
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal has come; the hook ends the process.
    }
  }

  private static int exitCode(JobOutcome outcome) {
    return switch (outcome) {
      case JobOutcome.Completed _ -> 0;
      case JobOutcome.Failed _, JobOutcome.ClaimLost _ -> FAILED;
      case JobOutcome.Cancelled _ -> STOPPED;
    };
  }

  /** A store, and what the keys in it start with. */
  record Destination(URI store, String prefix) {
    static Destination of(String text) {
      if (!text.matches("[a-z0-9]+:.*")) {
        return new Destination(Path.of(text).toAbsolutePath().toUri(), "");
      }
      URI url = URI.create(text);
      if ("file".equals(url.getScheme())) {
        return new Destination(url, "");
      }
      String path = url.getPath() == null ? "" : url.getPath().replaceFirst("^/", "");
      String prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
      return new Destination(URI.create(url.getScheme() + "://" + url.getAuthority()), prefix);
    }
  }
}
