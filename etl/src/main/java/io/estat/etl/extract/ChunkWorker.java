package io.estat.etl.extract;

import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.extract.WorkQueue.Task;
import io.estat.etl.plan.Chunk;
import io.estat.etl.source.SnapshotGoneException;
import io.estat.etl.source.SourceFailure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Takes work from the run's queue until there is none; whoever finishes a table's last chunk
 * completes the table. One thread.
 */
final class ChunkWorker implements Workers.Work {
  /** How often one that waits for its turn looks whether it still has something to wait for. */
  private static final long LOOK_MILLIS = 500;

  private final Extractor extractor;
  private final WorkQueue queue;
  private final TableOpening opening;
  private final TableRestarts restarts;
  private final TableEnd end;
  private final SourceCalls source;
  private final Alterations alterations;
  private final Retries retries;
  private final Cancellation cancellation;

  ChunkWorker(
      Extractor extractor,
      WorkQueue queue,
      TableOpening opening,
      TableRestarts restarts,
      TableEnd end,
      SourceCalls source,
      Retries retries,
      Cancellation cancellation) {
    this.extractor = extractor;
    this.queue = queue;
    this.opening = opening;
    this.restarts = restarts;
    this.end = end;
    this.source = source;
    this.alterations = new Alterations(extractor.source(), source);
    this.retries = retries;
    this.cancellation = cancellation;
  }

  /** Ends when all is done or the run is cancelled. */
  @Override
  public void work() throws ClaimLostException, InterruptedException {
    try (var reader =
        new ChunkReader(
            extractor.options(), extractor.source().dialect(), extractor.gzip(), cancellation)) {
      for (var task = queue.next(); task != null; task = queue.next()) {
        try {
          switch (task) {
            case Task.Open(TableRun table) -> open(table);
            case Task.Read(TableAttempt attempt, Chunk chunk) -> read(reader, attempt, chunk);
          }
        } finally {
          queue.done(task);
        }
      }
    }
  }

  private void open(TableRun table) throws ClaimLostException, InterruptedException {
    if (cancellation.isAsked()) {
      queue.ownPointClosed();
      return;
    }
    opening.open(table, queue);
  }

  private void read(ChunkReader reader, TableAttempt attempt, Chunk chunk)
      throws ClaimLostException, InterruptedException {
    if (!awaitTurn(attempt)) {
      return;
    }
    boolean last;
    try {
      last = isProven(reader, attempt, chunk) && attempt.chunkDone();
      if (last) {
        alterations.requireNone(attempt);
      }
    } catch (ExtractException e) {
      if (!attempt.isOver()) {
        end.fail(attempt.table(), e.failure());
      }
      return;
    } catch (IOException | RuntimeException e) {
      failUnexpectedly(attempt, e);
      return;
    } finally {
      extractor.readers().release();
    }
    if (last) {
      end.complete(attempt);
    }
  }

  /**
   * Waits among the readers of all runs, whose chunks may take hours.
   *
   * @return false: the chunk is not wanted any more
   */
  private boolean awaitTurn(TableAttempt attempt) throws InterruptedException {
    Semaphore readers = extractor.readers();
    while (isWanted(attempt)) {
      if (readers.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (isWanted(attempt)) {
          return true;
        }
        readers.release();
      }
    }
    return false;
  }

  private boolean isWanted(TableAttempt attempt) {
    return !cancellation.isAsked() && !attempt.isOver();
  }

  /** Bytes of a type that is not the planned one can make an encoder fail in any way. */
  private void failUnexpectedly(TableAttempt attempt, Exception e) throws ClaimLostException {
    if (attempt.isOver()) {
      return;
    }
    var unexplained = new ExtractException("INTERNAL_ERROR", String.valueOf(e.getMessage()), e);
    ExtractException explained = alterations.explain(attempt, unexplained);
    if (explained.failure().code().equals(unexplained.failure().code())) {
      end.failUnexpectedly(attempt.table(), e);
    } else {
      end.fail(attempt.table(), explained.failure());
    }
  }

  /** Reads the chunk, again if need be; not if the table or the run ended meanwhile. */
  private boolean isProven(ChunkReader reader, TableAttempt attempt, Chunk chunk)
      throws ExtractException, IOException, ClaimLostException, InterruptedException {
    attempt.table().start(attempt.plan().table().rows());
    Retries.Attempts attempts = retries.attempts(attempt.table().name());
    boolean lostBefore = false;
    while (true) {
      reader.reset();
      var counters = new EncodeCounters();
      try (PointInTime.Hold point = attempt.point().hold();
          Connection session = point.snapshot().session()) {
        boolean proven = reader.read(attempt, chunk, point.snapshot(), counters, session);
        if (proven) {
          attempt.add(counters);
        }
        return proven;
      } catch (SQLException e) {
        attempt.takeBack(reader.reported());
        if (cancellation.isAsked() || attempt.isOver()) {
          return false;
        }
        ExtractException explained = source.explain(e);
        SourceFailure failure = source.classify(e);
        boolean lost = failure == SourceFailure.SNAPSHOT_LOST;
        if (failure != SourceFailure.TRANSIENT) {
          explained = alterations.explain(attempt, explained);
        }
        if (!lost && failure != SourceFailure.TRANSIENT) {
          throw explained;
        }
        // Some of Oracle's codes also come of a change that is over with the next try.
        if (!reader.isRepeatable()
            || (lost && (lostBefore || e instanceof SnapshotGoneException))) {
          restarts.after(attempt, failure, explained);
          return false;
        }
        if (lost) {
          lostBefore = true;
        } else {
          ExtractException last = explained;
          attempts.failed(last.failure().message(), () -> last);
        }
      }
    }
  }
}
