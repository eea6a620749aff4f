package io.estat.etl.extract;

import io.estat.etl.source.Snapshot;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/** The snapshots that are open, of all runs. Thread-safe. */
final class Snapshots {
  // Two of Oracle's may be equal, and are two all the same. Guarded by itself.
  private final Set<Snapshot> open =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  void opened(Snapshot snapshot) {
    open.add(snapshot);
  }

  /** Closes it. */
  void close(Snapshot snapshot) {
    open.remove(snapshot);
    snapshot.close();
  }

  /** When the oldest was taken. */
  Optional<Instant> oldest() {
    synchronized (open) {
      return open.stream().map(Snapshot::takenAt).min(Instant::compareTo);
    }
  }
}
