package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk.Listing;
import io.estat.ingest.metrics.RateLimitedLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how much lies in the folder: once from the start, and again when a full folder makes
 * one doubt the figures. Reads {@value #ENTRIES_AT_ONCE} entries, then rests {@value #REST_SHARE}
 * times as long as that took, so that a million files cost under 5% of one CPU.
 */
final class FolderWalk {
  static final int ENTRIES_AT_ONCE = 1000;
  private static final int REST_SHARE = 20;
  private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();

  private final DlqFiles files;
  private final FolderCount count;
  private final Time time;
  private final RateLimitedLog failures;
  private final Thread thread = Thread.ofPlatform().daemon().name("dlq-walk").unstarted(this::run);
  private @Nullable Listing listing;
  private volatile boolean closed;

  FolderWalk(DlqFiles files, FolderCount count, Time time, RateLimitedLog failures) {
    this.files = files;
    this.count = count;
    this.time = time;
    this.failures = failures;
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      long began = time.nanos();
      boolean working = count.isWalking() && step();
      LockSupport.parkNanos(working ? REST_SHARE * (time.nanos() - began) : IDLE_NANOS);
    }
    end();
  }

  /** Counts one piece of the folder; false if the walk cannot go on now. */
  boolean step() {
    try {
      Listing from = listing;
      if (from == null) {
        from = files.list();
        listing = from;
      }
      List<BatchName> met = new ArrayList<>();
      String fileName = null;
      for (int i = 0; i < ENTRIES_AT_ONCE; i++) {
        fileName = from.next();
        if (fileName == null) {
          break;
        }
        BatchName name = DlqEntry.data(fileName);
        if (name != null) {
          met.add(name);
        }
      }
      count.met(met);
      if (fileName == null) {
        end();
        count.endOfWalk();
      }
      return true;
    } catch (IOException e) {
      failures.warn("DLQ walk", "DLQ folder cannot be counted, later again: " + e);
      end();
      count.restartWalk();
      return false;
    }
  }

  private void end() {
    Listing open = listing;
    listing = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        failures.warn("DLQ walk", "DLQ folder cannot be closed after counting: " + e);
      }
    }
  }

  void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      end();
    } else {
      LockSupport.unpark(thread);
    }
  }
}
