package io.estat.etl.breaker;

import io.estat.storage.ObjectStore;
import java.time.InstantSource;

/**
 * One breaker for the database and one for the store: all jobs and requests of a process share
 * them.
 */
public record Breakers(Breaker database, Breaker store) {
  public static Breakers of(BreakerOptions options, InstantSource clock) {
    return new Breakers(
        new Breaker("the database", options, clock), new Breaker("the store", options, clock));
  }

  /**
   * The store behind its breaker. A call that is refused fails with {@link
   * io.estat.storage.StoreException.Kind#UNAVAILABLE} because of an {@link OutageException}.
   */
  public ObjectStore guard(ObjectStore unguarded) {
    return new GuardedStore(unguarded, store);
  }
}
