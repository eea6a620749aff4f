package io.estat.etl.extract;

import io.estat.etl.domain.Failure;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The threads of a run. */
final class Workers {
  private final String name;
  private final int count;
  private final Cancellation cancellation;
  private final AtomicReference<@Nullable ClaimLostException> lost = new AtomicReference<>();

  /**
   * @param name of the run, for the names of the threads
   */
  Workers(String name, int count, Cancellation cancellation) {
    this.name = name;
    this.count = count;
    this.cancellation = cancellation;
  }

  /** Starts them and waits for the end of all. */
  void run(Supplier<ChunkWorker> worker) throws ClaimLostException, InterruptedException {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      ChunkWorker next = worker.get();
      threads.add(Thread.ofPlatform().name("extract-" + name + "-" + i).start(() -> work(next)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    ClaimLostException claimLost = lost.get();
    if (claimLost != null) {
      throw claimLost;
    }
  }

  /** A worker that must not go on ends the whole run. */
  private void work(ChunkWorker worker) {
    try {
      worker.work();
    } catch (ClaimLostException e) {
      lost.set(e);
      cancellation.cancel(new Failure("CLAIM_LOST", String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      cancellation.cancel(new Failure("CANCELLED", "the server stopped"));
    }
  }
}
