package io.estat.etl.source;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks the sessions of a snapshot for a sign of life, so that no firewall forgets those that nobody
 * reads with, and a loss is known before somebody needs them.
 */
final class SnapshotPulse implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("snapshot-pulse").daemon().factory());

  /**
   * @param beat must not throw
   */
  void start(Runnable beat) {
    timer.scheduleWithFixedDelay(beat, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A beat that is under way has ended when this returns, unless a session hangs. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      timer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
