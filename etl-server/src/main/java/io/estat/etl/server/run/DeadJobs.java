package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobId;
import io.estat.etl.server.store.Claims;
import io.estat.etl.server.store.Sighting;
import io.estat.etl.server.store.StoredEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches the claims of all instances, and ends those that have not moved for too long by this
 * watcher's own clock: clocks of two machines are never compared. A watcher that was itself asleep
 * begins to watch anew, since it may have slept together with those it watches. Used by one thread.
 */
final class DeadJobs {
  private static final Failure DIED =
      new Failure(
          "PROCESS_DIED",
          "the process that ran the job died or lost the job store; tables that are not completed"
              + " are to be extracted again");

  private record Seen(Sighting sighting, Instant since) {}

  private final Claims claims;
  private final RunnerOptions options;
  private final InstantSource clock;
  private final Map<JobId, Seen> seen = new HashMap<>();
  private @Nullable Instant lastLook;

  DeadJobs(Claims claims, RunnerOptions options, InstantSource clock) {
    this.claims = claims;
    this.options = options;
    this.clock = clock;
  }

  /**
   * @return the events by which jobs ended, or wait for another process
   */
  List<StoredEvent> look() {
    Instant now = clock.instant();
    RunnerOptions.Times times = options.times();
    if (lastLook == null || now.isAfter(lastLook.plus(times.lease())) || now.isBefore(lastLook)) {
      seen.clear();
    }
    lastLook = now;
    List<Sighting> held = claims.held();
    seen.keySet().retainAll(held.stream().map(Sighting::job).toList());
    var ends = new ArrayList<StoredEvent>();
    for (Sighting sighting : held) {
      Seen before = seen.get(sighting.job());
      if (before == null || !before.sighting().equals(sighting)) {
        seen.put(sighting.job(), new Seen(sighting, now));
      } else if (!now.isBefore(before.since().plus(times.deadAfter()))) {
        ends.addAll(end(sighting));
      }
    }
    return ends;
  }

  /** Ends all claims; right only where no other process can be alive. */
  List<StoredEvent> endAll() {
    return claims.held().stream().flatMap(held -> end(held).stream()).toList();
  }

  private List<StoredEvent> end(Sighting dead) {
    return options.handsOn() ? claims.handOn(dead, DIED) : claims.bury(dead, DIED);
  }
}
