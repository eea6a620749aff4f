package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.Claims;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job of this instance: the thread in which its engine works, and what the runner's turns do
 * about it.
 */
final class RunningJob {
  static final Failure BROKEN =
      new Failure(
          "INTERNAL_ERROR", "the engine ended without an outcome; the server's log says more");

  private static final Logger log = LoggerFactory.getLogger(RunningJob.class);
  private static final Failure CLAIM_LOST =
      new Failure("CLAIM_LOST", "another instance has taken the job for dead");

  private final Claim claim;
  private final Claims claims;
  private final JobReports reports;
  private final Engine.Run run;
  private final InstantSource clock;
  private final Thread thread;
  private volatile @Nullable Failure why;
  private volatile boolean claimLost;
  private volatile boolean ended;
  private @Nullable Instant toldToEndAt;
  private boolean givenUp;

  /**
   * @param atEnd called by the job's thread when the job {@linkplain #isOver is over}
   */
  RunningJob(
      Claim claim,
      Claims claims,
      JobReports reports,
      Engine.Run run,
      InstantSource clock,
      Runnable atEnd) {
    this.claim = claim;
    this.claims = claims;
    this.reports = reports;
    this.run = run;
    this.clock = clock;
    thread = Thread.ofVirtual().name(claim.job().value()).unstarted(() -> work(atEnd));
  }

  void start() {
    thread.start();
  }

  private void work(Runnable atEnd) {
    try {
      JobOutcome outcome = run.run();
      claimLost = outcome instanceof JobOutcome.ClaimLost;
      log.info("job {} ended: {}", claim.job(), words(outcome));
    } catch (InterruptedException e) {
      log.warn("job {} was interrupted", claim.job());
    } catch (RuntimeException | Error e) {
      log.error("job {} broke", claim.job(), e);
    } finally {
      endIfTheEngineDidNot();
      // Before whoever is told looks: the thread itself ends only after that.
      ended = true;
      atEnd.run();
    }
  }

  private static String words(JobOutcome outcome) {
    return switch (outcome) {
      case JobOutcome.Completed _ -> "completed";
      case JobOutcome.Failed failed -> "failed, " + words(failed.why());
      case JobOutcome.Cancelled cancelled -> "cancelled, " + words(cancelled.why());
      case JobOutcome.ClaimLost lost -> "it is another process's now: " + lost.why();
    };
  }

  static String words(Failure why) {
    return why.code() + ": " + why.message();
  }

  private void endIfTheEngineDidNot() {
    Failure reason = why;
    try {
      reports.endedWithoutOutcome(reason == null ? BROKEN : reason);
    } catch (ClaimLostException asItShouldBe) {
      // The job has its outcome: an ended job has no claim.
    } catch (RuntimeException e) {
      log.error("the end of job {} cannot be kept; it will be found dead", claim.job(), e);
    }
  }

  /** A sign of life, and the end if somebody asked for it. */
  void renew() {
    switch (claims.renew(claim)) {
      case HELD -> {}
      case CANCEL_REQUESTED -> end(JobStore.CANCELLED);
      case LOST -> end(CLAIM_LOST);
    }
  }

  /** Tells the engine to end; the first reason stays. */
  void end(Failure reason) {
    if (toldToEndAt == null) {
      toldToEndAt = clock.instant();
      why = reason;
      if (reason.equals(JobReports.SHUTDOWN)) {
        reports.stopping();
      }
      run.cancel(reason);
    }
  }

  /**
   * Ends the job without its engine, if that was told to end so long ago.
   *
   * @return the events by which the job ended
   */
  List<StoredEvent> giveUpAfter(Duration patience) {
    Failure reason = why;
    if (toldToEndAt == null
        || reason == null
        || isOver()
        || clock.instant().isBefore(toldToEndAt.plus(patience))) {
      return List.of();
    }
    givenUp = true;
    log.error("job {} did not end within {} and is given up", claim.job(), patience);
    return claims.abandon(claim, reason);
  }

  /** Whether the instance has room for another one. */
  boolean isOver() {
    return givenUp || ended;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /** Whether its engine found that another instance had taken the job. */
  boolean hasLostItsClaim() {
    return claimLost;
  }
}
