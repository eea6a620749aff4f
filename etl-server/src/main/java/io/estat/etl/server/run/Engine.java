package io.estat.etl.server.run;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.Transport;

/** What moves the rows. */
public interface Engine {
  /**
   * Prepares the run of a job; moves nothing yet.
   *
   * @param transport as it was when the job was created
   */
  Run prepare(Job job, Transport transport, JobReports reports);

  /** One run of one job. */
  interface Run {
    /**
     * Runs the job to its end and reports everything from {@code job_started} to the final event.
     * Returns when no statement and no upload of it is open any more.
     *
     * @throws ClaimLostException if the reports throw it: the run has stopped, and cleaned up
     */
    void run() throws InterruptedException;

    /**
     * Makes {@link #run} end soon, with this reason; any thread, any time, also before and after.
     */
    void cancel(Failure why);
  }
}
