package io.estat.etl.extract;

import io.estat.etl.encode.EncodeCounters;
import io.estat.etl.encode.RowEncoder;
import io.estat.etl.plan.Chunk;
import io.estat.etl.source.Snapshot;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/**
 * Takes chunks from the run's queue until there are none; whoever finishes a table's last chunk
 * completes the table. One thread.
 */
final class ChunkWorker {
  /** One entry of the queue. */
  record Task(TableRun table, Chunk chunk) {}

  private final Extractor extractor;
  private final Snapshot snapshot;
  private final Queue<Task> queue;
  private final TableEnd end;
  private final SourceCalls source;
  private final Retries retries;
  private final Cancellation cancellation;

  ChunkWorker(
      Extractor extractor,
      Snapshot snapshot,
      Queue<Task> queue,
      TableEnd end,
      SourceCalls source,
      Retries retries,
      Cancellation cancellation) {
    this.extractor = extractor;
    this.snapshot = snapshot;
    this.queue = queue;
    this.end = end;
    this.source = source;
    this.retries = retries;
    this.cancellation = cancellation;
  }

  /** Ends when the queue is empty or the run is cancelled. */
  void work() throws ClaimLostException, InterruptedException {
    Semaphore readers = extractor.readers();
    try (var reader =
        new ChunkReader(
            extractor.options(),
            extractor.source().settings().fetchRows(),
            extractor.gzip(),
            cancellation)) {
      for (Task task = queue.poll(); task != null; task = queue.poll()) {
        TableRun table = task.table();
        if (table.hasFailed() || cancellation.isAsked()) {
          continue;
        }
        readers.acquire();
        boolean last;
        try {
          last = read(reader, table, task.chunk()) && table.chunkDone();
        } catch (ExtractException e) {
          end.fail(table, e.failure());
          continue;
        } catch (IOException | RuntimeException e) {
          end.failUnexpectedly(table, e);
          continue;
        } finally {
          readers.release();
        }
        if (last) {
          end.complete(table);
        }
      }
    }
  }

  /** Returns whether the chunk is proven; not if the table or the run ended meanwhile. */
  private boolean read(ChunkReader reader, TableRun table, Chunk chunk)
      throws ExtractException, IOException, ClaimLostException, InterruptedException {
    table.start();
    Retries.Attempts attempts = retries.attempts(table.name());
    while (true) {
      var counters = new EncodeCounters();
      var encoder = new RowEncoder(table.plan().columns(), table.columnNames().landed(), counters);
      try (Connection session = snapshot.session()) {
        boolean proven = reader.read(table, chunk, encoder, session);
        if (proven) {
          table.add(counters);
        }
        return proven;
      } catch (SQLException e) {
        table.takeBack(reader.reported());
        if (cancellation.isAsked() || table.hasFailed()) {
          return false;
        }
        ExtractException explained = source.explain(e);
        if (!source.isTransient(e) || !reader.isRepeatable()) {
          throw explained;
        }
        attempts.failed(explained.failure().message(), () -> explained);
      }
    }
  }
}
