package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a run. */
final class Workers {
  /** What one of them does. */
  interface Work {
    void work() throws ClaimLostException, InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final Failure STOPPED = new Failure("CANCELLED", "the server stopped");
  private static final Failure BROKEN =
      new Failure("INTERNAL_ERROR", "a worker of the run broke; the server's log says how");

  private final String name;
  private final int count;
  private final Cancellation cancellation;
  private final AtomicReference<@Nullable ClaimLostException> lost = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

  /**
   * @param name of the run, for the names of the threads
   */
  Workers(String name, int count, Cancellation cancellation) {
    this.name = name;
    this.count = count;
    this.cancellation = cancellation;
  }

  /**
   * Starts them and waits for the end of all, however this ends. What broke one of them has ended
   * the others, too, and is thrown here: nobody knows by then what of its work was done.
   */
  void run(Supplier<? extends Work> worker) throws ClaimLostException, InterruptedException {
    var threads = new ArrayList<Thread>();
    try {
      for (int i = 0; i < count; i++) {
        Work next = worker.get();
        threads.add(Thread.ofPlatform().name("extract-" + name + "-" + i).start(() -> work(next)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      cancellation.cancel(STOPPED);
      throw e;
    } catch (RuntimeException | Error e) {
      cancellation.cancel(BROKEN);
      throw e;
    } finally {
      threads.forEach(Workers::awaitEnd);
    }
    ClaimLostException claimLost = lost.get();
    if (claimLost != null) {
      throw claimLost;
    }
    switch (broken.get()) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }

  private static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A worker that must not or cannot go on ends the whole run. */
  private void work(Work worker) {
    try {
      worker.work();
    } catch (ClaimLostException e) {
      lost.set(e);
      cancellation.cancel(new Failure("CLAIM_LOST", String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      cancellation.cancel(STOPPED);
    } catch (RuntimeException | Error e) {
      broken.compareAndSet(null, e);
      cancellation.cancel(BROKEN);
      LOG.error("A worker of {} broke, and the run ends.", name, e);
    }
  }
}
