package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one switch that ends a run early. Threads are never interrupted, since an interrupt inside a
 * driver can break more than a statement (an embedded H2 closes its file): what waits long is
 * registered here and told how to stop. Thread-safe.
 */
final class Cancellation {
  private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

  /** Something that goes on until it is told to stop. */
  interface Stoppable {
    /** Called once; may take long: a database or a store may not answer. */
    void stop();
  }

  /** Ends a registration. */
  interface Registration extends AutoCloseable {
    /** Waits for a stop that is under way; none begins afterwards. */
    @Override
    void close();
  }

  private final AtomicReference<@Nullable Failure> reason = new AtomicReference<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Set<Running> running = ConcurrentHashMap.newKeySet();

  /** Returns at once: what runs is stopped by threads of its own. The first reason stays. */
  void cancel(Failure why) {
    if (reason.compareAndSet(null, why)) {
      asked.countDown();
      running.forEach(Running::beginToStop);
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
    var registered = new Running(work);
    running.add(registered);
    if (isAsked()) {
      registered.beginToStop();
    }
    return registered;
  }

  /**
   * Waits as long as nobody cancels.
   *
   * @return whether somebody did
   */
  boolean pause(Duration time) throws InterruptedException {
    return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private final class Running implements Registration {
    private final Stoppable work;
    private final AtomicBoolean told = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock. */
    private boolean closed;

    Running(Stoppable work) {
      this.work = work;
    }

    void beginToStop() {
      if (told.compareAndSet(false, true)) {
        Thread.ofVirtual().name("cancel").start(this::stop);
      }
    }

    private void stop() {
      lock.lock();
      try {
        if (!closed) {
          work.stop();
        }
      } catch (RuntimeException e) {
        LOG.warn("What was to be cancelled refused, and ends by itself.", e);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      running.remove(this);
      lock.lock();
      try {
        closed = true;
      } finally {
        lock.unlock();
      }
    }
  }
}
