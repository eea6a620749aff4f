package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.extract.ClaimLostException;
import io.estat.etl.extract.JobWatch;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.Claims;
import io.estat.etl.server.store.JobEvents;
import io.estat.etl.server.store.JobStore;
import io.estat.etl.server.store.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Takes the reports of one run. A change of state is in the job store before the report returns and
 * before anybody hears of it; while the store is away the report waits, as long as the claim can
 * still be alive. Progress never waits. Thread-safe.
 */
final class JobReports implements JobWatch {
  /** The reason of an end that nobody asked for but this process, which is stopped. */
  public static final Failure SHUTDOWN =
      new Failure(
          "SHUTDOWN",
          "the server was stopped while the job ran; tables that are not completed are to be"
              + " extracted again");

  private static final Duration PROGRESS_KEPT_EVERY = Duration.ofSeconds(1);
  private static final int LOOK_BACK = 1000;

  private final Claim claim;
  private final Claims claims;
  private final JobEvents events;
  private final JobListener listener;
  private final RunnerOptions options;
  private final StorePatience patience;
  private final InstantSource clock;
  private final ConcurrentHashMap<String, Instant> progressKept = new ConcurrentHashMap<>();

  /** Once reported there is a manifest, and no other end is true any more. */
  private volatile JobEvent.@Nullable JobCompleted completed;

  /** The job goes on elsewhere: what ends here only because this process does is no end. */
  private volatile boolean handingOn;

  JobReports(
      Claim claim,
      Claims claims,
      JobEvents events,
      JobListener listener,
      RunnerOptions options,
      InstantSource clock) {
    this.claim = claim;
    this.claims = claims;
    this.events = events;
    this.listener = listener;
    this.options = options;
    patience = new StorePatience(options.times());
    this.clock = clock;
  }

  /** The process stops. To be called before the engine is told. */
  void stopping() {
    handingOn = options.handsOn();
  }

  @Override
  public void on(JobEvent event) throws ClaimLostException {
    JobEvent.JobCompleted ended = completed;
    if (ended != null) {
      keep(ended);
      return;
    }
    switch (event) {
      case JobEvent.JobCompleted end -> {
        completed = end;
        keep(end);
      }
      case JobEvent.Progress progress -> pass(progress, progress.table());
      case JobEvent.Waiting waiting -> pass(waiting, "waiting " + waiting.table());
      case JobEvent.ExtractionFailed end
          when handingOn && end.error().code().equals(JobStore.CANCELLED.code()) -> {}
      // Only a person cancels.
      case JobEvent.JobCancelled end when end.error().code().equals(SHUTDOWN.code()) -> {
        if (handingOn) {
          tell(patience.untilAnswered(attempt -> claims.handOn(claim, SHUTDOWN)));
        } else {
          keep(new JobEvent.JobFailed(end.at(), end.error()));
        }
      }
      default -> keep(event);
    }
  }

  /**
   * The engine ended without saying how: what it made visible nobody knows, a manifest included. So
   * the claim is given back, and what becomes of the job is decided from what is in the store.
   *
   * @throws ClaimLostException if the job had its outcome, or waits without having been begun
   */
  void endedWithoutOutcome(Failure why) throws ClaimLostException {
    JobEvent.JobCompleted ended = completed;
    if (ended != null) {
      keep(ended);
      return;
    }
    tell(
        patience.untilAnswered(
            attempt -> handingOn ? claims.handOn(claim, why) : claims.abandon(claim, why)));
  }

  @Override
  public void requireClaim() throws ClaimLostException {
    if (!patience.untilAnswered(attempt -> claims.isHeld(claim))) {
      throw lost();
    }
  }

  private void pass(JobEvent event, String what) throws ClaimLostException {
    if (!isTimeToKeep(what)) {
      listener.on(claim.job(), event, 0);
      return;
    }
    try {
      tell(events.append(claim, event));
    } catch (DataAccessException | TransactionException away) {
      listener.on(claim.job(), event, 0);
    }
  }

  private boolean isTimeToKeep(String what) {
    Instant now = clock.instant();
    Instant last = progressKept.get(what);
    if (last != null && now.isBefore(last.plus(PROGRESS_KEPT_EVERY)) && !now.isBefore(last)) {
      return false;
    }
    progressKept.put(what, now);
    return true;
  }

  private void keep(JobEvent event) throws ClaimLostException {
    tell(
        patience.untilAnswered(
            attempt -> {
              List<StoredEvent> before = attempt == 1 ? List.of() : kept(event);
              if (!before.isEmpty()) {
                return before;
              }
              List<StoredEvent> now = events.append(claim, event);
              // The job's row was locked, so by now an earlier try has had its effect or none.
              return now.isEmpty() && attempt > 1 ? kept(event) : now;
            }));
  }

  /** What an earlier try has kept whose answer was lost. */
  private List<StoredEvent> kept(JobEvent event) {
    long last = events.lastSeq(claim.job());
    return events.after(claim.job(), Math.max(0, last - LOOK_BACK), LOOK_BACK).stream()
        .filter(stored -> stored.event().equals(event))
        .toList();
  }

  private void tell(List<StoredEvent> kept) throws ClaimLostException {
    if (kept.isEmpty()) {
      throw lost();
    }
    kept.forEach(stored -> listener.on(stored.job(), stored.event(), stored.seq()));
  }

  private ClaimLostException lost() {
    return new ClaimLostException(
        "job %s was claimed by %s and is not any more: another instance took it for dead, or it ended"
            .formatted(claim.job(), claim.instance()));
  }
}
