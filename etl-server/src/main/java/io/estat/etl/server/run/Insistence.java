package io.estat.etl.server.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Speaks to the job store for one run, in a thread that nobody interrupts (an interrupt would close
 * the file of an embedded store for everybody), and again and again while the store is away.
 */
final class Insistence implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Insistence.class);

  private final RunnerOptions.Times times;
  private final ExecutorService executor;

  Insistence(String name, RunnerOptions.Times times) {
    this.times = times;
    executor = Executors.newSingleThreadExecutor(Thread.ofVirtual().name(name).factory());
  }

  /** Does the work once; what it throws is thrown. An interrupt of the caller is kept for later. */
  <T> T once(IntFunction<T> work) {
    return await(CompletableFuture.supplyAsync(() -> work.apply(1), executor));
  }

  /**
   * Does the work until the store answers, for so long as a claim can still be alive.
   *
   * @param work gets the number of the try, from 1
   */
  <T> T untilAnswered(IntFunction<T> work) {
    return await(CompletableFuture.supplyAsync(() -> insist(work), executor));
  }

  private <T> T insist(IntFunction<T> work) {
    long deadlineNanos = System.nanoTime() + times.deadAfter().toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return work.apply(attempt);
      } catch (TransientDataAccessException
          | RecoverableDataAccessException
          | DataAccessResourceFailureException
          | TransactionException e) {
        if (System.nanoTime() - deadlineNanos > 0) {
          throw e;
        }
        if (attempt == 1) {
          log.warn("the job store is away; a report waits up to {}", times.deadAfter(), e);
        }
        pause(times.storeRetry());
      }
    }
  }

  private static void pause(Duration pause) {
    LockSupport.parkNanos(pause.toNanos());
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      // join, unlike get, does not end at an interrupt, and leaves it set.
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    executor.close();
  }
}
