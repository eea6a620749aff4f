package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one switch that ends a run early. Threads are never interrupted, since an interrupt inside a
 * driver can break more than a statement (an embedded H2 closes its file): what waits long is
 * registered here and told how to stop. Thread-safe.
 */
final class Cancellation {
  /** Something that goes on until it is told to stop. */
  interface Stoppable {
    void stop();
  }

  /** Ends a registration. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private final AtomicReference<@Nullable Failure> reason = new AtomicReference<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Set<Stoppable> running = ConcurrentHashMap.newKeySet();

  /** The first reason stays. */
  void cancel(Failure why) {
    if (reason.compareAndSet(null, why)) {
      asked.countDown();
      running.forEach(Stoppable::stop);
    }
  }

  /** Null while nobody has asked. */
  @Nullable Failure reason() {
    return reason.get();
  }

  boolean isAsked() {
    return reason.get() != null;
  }

  /** Stops it when the run is cancelled, also if that has happened already. */
  Registration whileRunning(Stoppable work) {
    running.add(work);
    if (isAsked()) {
      work.stop();
    }
    return () -> running.remove(work);
  }

  /**
   * Waits as long as nobody cancels.
   *
   * @return whether somebody did
   */
  boolean pause(Duration time) throws InterruptedException {
    return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
