package io.estat.etl.server.run;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import java.util.List;

/**
 * Hears of what happens to the jobs of this instance. Called by the threads that do the work, in
 * order within a table: must not block, and must not throw.
 */
@FunctionalInterface
public interface JobListener {
  /**
   * @param seq the event's number in the job store, where it already is; 0: it passes by and is not
   *     kept
   */
  void on(JobId job, JobEvent event, long seq);

  /** Tells each of them, in their order. */
  static JobListener all(List<? extends JobListener> listeners) {
    List<JobListener> each = List.copyOf(listeners);
    return (job, event, seq) -> each.forEach(listener -> listener.on(job, event, seq));
  }
}
