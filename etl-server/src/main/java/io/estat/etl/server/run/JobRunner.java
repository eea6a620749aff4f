package io.estat.etl.server.run;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.Transport;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.StoredEvent;
import io.estat.etl.server.store.Stores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs that wait, a bounded number at a time. Every second it gives a sign of life for
 * each, obeys cancel requests, whichever instance took them, and ends jobs whose process is dead. A
 * job that was told to end and does not is given up: it ends in the job store, and its engine can
 * no longer make anything visible.
 */
public final class JobRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
  private static final Duration LAST_TURN = Duration.ofSeconds(5);

  private final Stores stores;
  private final Engine engine;
  private final JobListener listener;
  private final RunnerOptions options;
  private final InstantSource clock;
  private final DeadJobs dead;
  private final Ticker ticker;
  private final CountDownLatch idle = new CountDownLatch(1);
  private final LongAdder foundDead = new LongAdder();
  private final LongAdder claimsLost = new LongAdder();
  private final LongAdder givenUp = new LongAdder();

  /** Of the ticker's thread. */
  private final List<RunningJob> running = new ArrayList<>();

  private volatile boolean closing;

  public JobRunner(
      Stores stores,
      Engine engine,
      JobListener listener,
      RunnerOptions options,
      InstantSource clock) {
    this.stores = stores;
    this.engine = engine;
    this.listener = listener;
    this.options = options;
    this.clock = clock;
    dead = new DeadJobs(stores.claims(), options, clock);
    ticker = new Ticker("job-runner", options.times().beat(), this::turn);
  }

  /** Begins to take jobs. Where this is the only process, all that others held ends first. */
  public void start() {
    endWhatDiedBefore();
    ticker.start();
  }

  void endWhatDiedBefore() {
    if (stores.database().isExclusive()) {
      bury(dead.endAll());
    }
  }

  /** A job may wait: the next turn comes now. */
  public void wake() {
    ticker.wake();
  }

  void turn() {
    running.forEach(RunningJob::renew);
    if (closing) {
      running.forEach(job -> job.end(JobReports.SHUTDOWN));
    }
    for (RunningJob job : running) {
      tell(job.giveUpAfter(options.times().endPatience()));
    }
    running.removeIf(this::isOver);
    if (closing) {
      if (running.isEmpty()) {
        idle.countDown();
      }
      return;
    }
    bury(dead.look());
    fill();
  }

  private boolean isOver(RunningJob job) {
    if (!job.isOver()) {
      return false;
    }
    if (job.isGivenUp()) {
      givenUp.increment();
    } else if (job.hasLostItsClaim()) {
      claimsLost.increment();
    }
    return true;
  }

  private void bury(List<StoredEvent> ends) {
    foundDead.add(ends.stream().map(StoredEvent::job).distinct().count());
    tell(ends);
  }

  /** Jobs that this process has ended, or let wait for another one, because theirs was dead. */
  public long foundDead() {
    return foundDead.sum();
  }

  /** Jobs that another process has taken away from this one, which was away for too long. */
  public long claimsLost() {
    return claimsLost.sum();
  }

  /** Jobs of this process that ended without their engine. */
  public long givenUp() {
    return givenUp.sum();
  }

  private void fill() {
    while (running.size() < options.maxJobs()) {
      Optional<Claim> claim = stores.claims().claim(options.instance());
      if (claim.isEmpty()) {
        return;
      }
      begin(claim.get());
    }
  }

  private void begin(Claim claim) {
    var reports = new JobReports(claim, stores.claims(), stores.events(), listener, options, clock);
    Job job = stores.jobs().find(claim.job()).orElseThrow();
    Transport transport = stores.transports().find(job.transportId()).orElseThrow();
    log.info(
        "job {} of transport {}, {}, {}",
        job.id(),
        job.transportId(),
        job.versionLabel(),
        job.status() == JobStatus.PENDING ? "begins" : "goes on here");
    try {
      Engine.Run run = engine.prepare(job, transport, reports);
      var begun = new RunningJob(claim, stores.claims(), reports, run, clock, ticker::wake);
      running.add(begun);
      begun.start();
    } catch (RuntimeException e) {
      log.error("job {} cannot be begun", job.id(), e);
      try {
        if (job.status() == JobStatus.PENDING) {
          reports.on(new JobEvent.JobFailed(clock.instant(), RunningJob.BROKEN));
        } else {
          reports.endedWithoutOutcome(RunningJob.BROKEN);
        }
      } catch (ClaimLostException lost) {
        log.warn("{}", lost.getMessage());
      }
    }
  }

  private void tell(List<StoredEvent> events) {
    for (StoredEvent stored : events) {
      log.warn("job {}: {}", stored.job(), words(stored.event()));
      listener.on(stored.job(), stored.event(), stored.seq());
    }
  }

  private static String words(JobEvent event) {
    return switch (event) {
      case JobEvent.Waiting waiting -> "waits: " + waiting.reason();
      case JobEvent.JobFailed failed -> "failed, " + RunningJob.words(failed.error());
      default -> event.name();
    };
  }

  /**
   * Takes no job any more, tells those that run to end and waits until they have, or are given up.
   * Jobs that wait are left to the next process.
   */
  @Override
  public void close() {
    closing = true;
    ticker.wake();
    try {
      Duration limit = options.times().endPatience().plus(LAST_TURN);
      if (!idle.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        log.error("jobs did not end within {}; another process will find them dead", limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ticker.close();
  }
}
