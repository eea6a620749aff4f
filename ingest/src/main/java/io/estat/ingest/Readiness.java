package io.estat.ingest;

import java.util.Optional;
import java.util.function.Supplier;

/** Whether a load balancer should send requests here, and if not, why. Thread-safe. */
final class Readiness {
  private volatile boolean warm;
  private volatile boolean draining;
  private final Supplier<Optional<String>> refusal;

  /**
   * @param refusal why events are refused although the server is up, if they are
   */
  Readiness(Supplier<Optional<String>> refusal) {
    this.refusal = refusal;
  }

  void warmedUp() {
    warm = true;
  }

  void draining() {
    draining = true;
  }

  /** Empty when ready. */
  Optional<String> notReady() {
    if (draining) {
      return Optional.of("draining: this server is shutting down");
    }
    if (!warm) {
      return Optional.of("warming up");
    }
    return refusal.get().map(reason -> "refusing work: " + reason);
  }
}
