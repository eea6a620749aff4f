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
   * Starts them and waits for the end of all. What broke one of them has ended the others, too, and
   * is thrown here: nobody knows by then what of its work was done.
   */
  void run(Supplier<? extends Work> worker) throws ClaimLostException, InterruptedException {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      Work next = worker.get();
      threads.add(Thread.ofPlatform().name("extract-" + name + "-" + i).start(() -> work(next)));
    }
    for (Thread thread : threads) {
      thread.join();
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

  /** A worker that must not or cannot go on ends the whole run. */
  private void work(Work worker) {
    try {
      worker.work();
    } catch (ClaimLostException e) {
      lost.set(e);
      cancellation.cancel(new Failure("CLAIM_LOST", String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      cancellation.cancel(new Failure("CANCELLED", "the server stopped"));
    } catch (RuntimeException | Error e) {
      broken.compareAndSet(null, e);
      cancellation.cancel(
          new Failure("INTERNAL_ERROR", "a worker of the run broke; the server's log says how"));
      LOG.error("A worker of {} broke, and the run ends.", name, e);
    }
  }
}
