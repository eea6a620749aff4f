package io.estat.app;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.ExtractionCompleted;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.JobCancelled;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobFailed;
import io.estat.etl.domain.JobEvent.JobStarted;
import io.estat.etl.domain.JobEvent.Progress;
import io.estat.etl.domain.JobEvent.Waiting;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.extract.JobWatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Shows a run to a person: on a terminal one bar that moves below the lines of what has ended, else
 * plain lines, at most one a table in {@link #PLAIN_INTERVAL}. Thread-safe.
 */
final class ExtractProgress implements JobWatch {
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);
  private static final int BAR = 24;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  // Guarded by this.
  private final Map<String, Progress> running = new HashMap<>();
  private final Map<String, Instant> printed = new HashMap<>();
  private long rows;
  private long bytes;
  private Instant startedAt = Instant.EPOCH;

  ExtractProgress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public synchronized void on(JobEvent event) {
    switch (event) {
      case JobStarted started -> startedAt = started.at();
      case ExtractionStarted started -> printed.put(started.table(), started.at());
      case Progress step -> progress(step);
      case ExtractionCompleted done -> completed(done);
      case ExtractionFailed failed -> {
        running.remove(failed.table());
        line("%s  failed: %s".formatted(failed.table(), failed.error().message()));
      }
      case Waiting waiting ->
          line(
              "waiting%s: %s"
                  .formatted(
                      waiting.patience() == null
                          ? ""
                          : ", up to " + waiting.patience().toSeconds() + " s more",
                      waiting.reason()));
      case JobCompleted done -> total("done", done.at());
      case JobFailed failed -> ended("failed", failed.error());
      case JobCancelled cancelled -> ended("stopped", cancelled.error());
    }
    out.flush();
  }

  @Override
  public void requireClaim() {
    // Nobody else can have this run.
  }

  private void progress(Progress step) {
    running.put(step.table(), step);
    if (terminal) {
      bar();
    } else if (!step.at().isBefore(printedAt(step).plus(PLAIN_INTERVAL))) {
      printed.put(step.table(), step.at());
      out.println(describe(step));
    }
  }

  private Instant printedAt(Progress step) {
    return printed.getOrDefault(step.table(), Instant.EPOCH);
  }

  private void completed(ExtractionCompleted done) {
    running.remove(done.table());
    long tableRows = done.objects().stream().mapToLong(LandedObject::rows).sum();
    long tableBytes = done.objects().stream().mapToLong(LandedObject::bytes).sum();
    rows += tableRows;
    bytes += tableBytes;
    line("%s  %,d rows, %s".formatted(done.table(), tableRows, size(tableBytes)));
  }

  private void total(String word, Instant at) {
    Duration took = Duration.between(startedAt, at);
    double seconds = Math.max(took.toMillis(), 1) / 1000.0;
    line(
        "%s: %,d rows, %s in %.1f s (%,d rows/s)"
            .formatted(word, rows, size(bytes), seconds, Math.round(rows / seconds)));
  }

  private void ended(String word, Failure why) {
    line(word + ": " + why.message());
  }

  /** A line that stays, above the bar. */
  private void line(String text) {
    if (terminal) {
      out.print(ERASE_LINE);
    }
    out.println(text);
    if (terminal && !running.isEmpty()) {
      bar();
    }
  }

  private void bar() {
    long read = 0;
    long expected = 0;
    boolean known = true;
    for (Progress step : running.values()) {
      read += step.rows();
      expected += Math.max(step.totalRows(), step.rows());
      known &= step.totalRows() > 0;
    }
    var bar = new StringBuilder(ERASE_LINE);
    if (known && expected > 0) {
      int full = (int) (BAR * read / expected);
      bar.append('[').append("#".repeat(full)).append(".".repeat(BAR - full)).append("] ");
      bar.append("%3d%%  ".formatted(100 * read / expected));
    }
    bar.append("%,d rows of ".formatted(read)).append(names());
    out.print(bar);
  }

  private String names() {
    String first = running.keySet().stream().sorted().findFirst().orElse("");
    return running.size() == 1 ? first : "%s and %d more".formatted(first, running.size() - 1);
  }

  private static String describe(Progress step) {
    Double percentage = step.percentage();
    String share = percentage == null ? "" : " (%.0f%%)".formatted(percentage);
    return "%s  %,d rows%s, %,d rows/s"
        .formatted(step.table(), step.rows(), share, Math.round(step.rowsPerSecond()));
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? "%.1f KiB".formatted(bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
