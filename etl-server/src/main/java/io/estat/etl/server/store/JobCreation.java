package io.estat.etl.server.store;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobId;

/** What came of asking for a job. */
public sealed interface JobCreation {
  /** It is pending, and the next instance with room for it will run it. */
  record Created(Job job) implements JobCreation {}

  /** The same request was answered before; this is the job that it created, as it is now. */
  record Repeated(Job job) implements JobCreation {}

  /** The idempotency key belongs to a request that asked for something else. */
  record KeyUsedOtherwise() implements JobCreation {}

  record TransportNotFound() implements JobCreation {}

  record TransportDisabled() implements JobCreation {}

  /** Another job of the transport is pending or running. */
  record TransportBusy(JobId job) implements JobCreation {}
}
