package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.Transport;
import io.estat.etl.extract.JobOutcome;
import io.estat.etl.extract.JobWatch;

/** What moves the rows. */
public interface Engine {
  /**
   * Prepares the run of a job; moves nothing yet.
   *
   * @param transport as it was when the job was created
   */
  Run prepare(Job job, Transport transport, JobWatch watch);

  /** One run of one job. */
  interface Run {
    /**
     * Runs the job to its end and tells the watch everything from {@code job_started} to the final
     * event. Returns when no statement and no upload of it is open any more.
     */
    JobOutcome run() throws InterruptedException;

    /**
     * Makes {@link #run} end soon, with this reason; any thread, any time; the first one stays.
     * Returns at once, whatever does not answer: the caller gives the signs of life of all jobs.
     */
    void cancel(Failure why);
  }
}
