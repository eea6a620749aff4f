package io.estat.etl.server.metrics;

import io.estat.etl.server.store.Backlog;
import io.estat.etl.server.store.JobStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the job store said when it was last asked: scrapes, however many, never wait for it.
 * Thread-safe.
 */
public final class BacklogLook {
  /** Between two looks. */
  public static final Duration EVERY = Duration.ofSeconds(5);

  private final JobStore jobs;
  private final InstantSource clock;
  private volatile @Nullable Backlog last;

  public BacklogLook(JobStore jobs, InstantSource clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  /** Asks the job store; to be called every {@link #EVERY}. */
  public void turn() {
    Backlog now = null;
    try {
      now = jobs.backlog();
    } finally {
      // What was true before an outage may not be any more.
      last = now;
    }
  }

  double isAnswered() {
    return last == null ? 0 : 1;
  }

  double waiting() {
    Backlog backlog = last;
    return backlog == null ? Double.NaN : backlog.waiting();
  }

  double running() {
    Backlog backlog = last;
    return backlog == null ? Double.NaN : backlog.running();
  }

  double waitingSeconds() {
    Backlog backlog = last;
    return backlog == null ? Double.NaN : age(backlog.waitingSince());
  }

  double runningSeconds() {
    Backlog backlog = last;
    return backlog == null ? Double.NaN : age(backlog.runningSince());
  }

  /** Another instance's clock may be ahead. */
  private double age(@Nullable Instant since) {
    return since == null
        ? 0
        : Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1e3);
  }
}
