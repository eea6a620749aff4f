package io.estat.etl.server.run;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Asks the job store again and again while it is away, for so long as a claim can still be alive.
 * Thread-safe.
 */
final class StorePatience {
  private static final Logger log = LoggerFactory.getLogger(StorePatience.class);

  private final RunnerOptions.Times times;

  StorePatience(RunnerOptions.Times times) {
    this.times = times;
  }

  /**
   * @param work gets the number of the try, from 1; the one before may have had its effect
   */
  <T> T untilAnswered(IntFunction<T> work) {
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
        LockSupport.parkNanos(times.storeRetry().toNanos());
      }
    }
  }
}
