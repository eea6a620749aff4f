package io.estat.etl.server.store;

import io.estat.etl.domain.Transport;

/** What came of creating a transport. */
public sealed interface TransportCreation {
  record Created(Transport transport) implements TransportCreation {}

  /** The same request was answered before; this is what it created, as it is now. */
  record Repeated(Transport transport) implements TransportCreation {}

  /** The idempotency key belongs to a request that asked for something else. */
  record KeyUsedOtherwise() implements TransportCreation {}
}
