package io.estat.etl.server.store;

import io.estat.etl.domain.JobId;
import io.estat.etl.domain.Transport;

/** What came of changing or deleting a transport. */
public sealed interface TransportChange {
  /** As it is now, or as it was when it was deleted. */
  record Done(Transport transport) implements TransportChange {}

  record NotFound() implements TransportChange {}

  /** Somebody else changed it meanwhile. */
  record RevisionDiffers(long current) implements TransportChange {}

  /** A job of it is pending or running. */
  record JobActive(JobId job) implements TransportChange {}
}
