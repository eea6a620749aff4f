package io.estat.etl.server.run;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.ExtractionStatus;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.extract.LeftObjects;
import io.estat.etl.server.store.Claims;
import io.estat.etl.server.store.JobStore;
import io.estat.storage.ObjectStore;
import io.estat.storage.StoreException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the uploads that dead and given-up jobs left open, and removes objects that they made
 * visible of tables whose completion nobody knows of. Which jobs these are stands in the job store
 * until it is done, whichever instance does it, and however often the object store is away. What
 * the store denies is tried once by each process. Used by one thread.
 */
public final class LeftUploads {
  private static final Logger log = LoggerFactory.getLogger(LeftUploads.class);

  private final JobStore jobs;
  private final Claims claims;
  private final ObjectStore store;
  private final Duration callTimeout;

  /** Jobs of which something stays until somebody grants the right to remove it. */
  private final Set<JobId> denied = new HashSet<>();

  /**
   * @param callTimeout of one call to the object store
   */
  public LeftUploads(JobStore jobs, Claims claims, ObjectStore store, Duration callTimeout) {
    this.jobs = jobs;
    this.claims = claims;
    this.store = store;
    this.callTimeout = callTimeout;
  }

  /** To be called every few seconds. Blocks as long as the object store does. */
  public void turn() {
    List<JobId> open = claims.openUploads();
    denied.retainAll(open);
    for (JobId id : open) {
      if (denied.contains(id)) {
        continue;
      }
      Job job = jobs.find(id).orElseThrow();
      String prefix = job.transportId() + "/" + job.versionLabel() + "/";
      try {
        LeftObjects.Removed removed =
            new LeftObjects(store, prefix, id, callTimeout).remove(completed(job), () -> {});
        log.info(
            "ended {} uploads that job {} left open under {}, and removed {} objects",
            removed.uploads(),
            id,
            prefix,
            removed.objects());
        if (removed.all()) {
          claims.uploadsEnded(id);
        } else {
          denied.add(id);
        }
      } catch (StoreException e) {
        log.warn("what job {} left under {} stays for now: {}", id, prefix, e.getMessage());
      }
    }
  }

  /** The job has ended, so there will be no more. */
  private static List<List<LandedObject>> completed(Job job) {
    return job.extractions().stream()
        .filter(table -> table.status() == ExtractionStatus.COMPLETED)
        .map(Extraction::objects)
        .toList();
  }
}
