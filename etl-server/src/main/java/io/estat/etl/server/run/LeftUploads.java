package io.estat.etl.server.run;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;
import io.estat.etl.server.store.Claims;
import io.estat.etl.server.store.JobStore;
import io.estat.storage.ObjectStore;
import io.estat.storage.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the uploads that dead and given-up jobs left open. Which they are stands in the job store
 * until it is done, whichever instance does it, and however often the object store is away.
 */
public final class LeftUploads {
  private static final Logger log = LoggerFactory.getLogger(LeftUploads.class);

  private final JobStore jobs;
  private final Claims claims;
  private final ObjectStore store;

  public LeftUploads(JobStore jobs, Claims claims, ObjectStore store) {
    this.jobs = jobs;
    this.claims = claims;
    this.store = store;
  }

  /** To be called every few seconds. Blocks as long as the object store does. */
  public void turn() {
    for (JobId id : claims.openUploads()) {
      Job job = jobs.find(id).orElseThrow();
      String prefix = job.transportId() + "/" + job.versionLabel() + "/";
      try {
        int ended = store.abortUploads(prefix);
        claims.uploadsEnded(id);
        log.info("ended {} uploads that job {} left open under {}", ended, id, prefix);
      } catch (StoreException e) {
        log.warn("uploads of job {} under {} stay open for now: {}", id, prefix, e.getMessage());
      }
    }
  }
}
