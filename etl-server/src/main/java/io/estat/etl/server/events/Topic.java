package io.estat.etl.server.events;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TransportId;

/** What watchers have in common, and what is therefore asked of the job store once for all. */
sealed interface Topic {
  record EventsOf(JobId job) implements Topic {}

  /**
   * @param version of the last job that is known, or 0
   */
  record NextJobOf(TransportId transport, int version) implements Topic {}
}
