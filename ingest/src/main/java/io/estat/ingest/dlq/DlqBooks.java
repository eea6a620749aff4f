package io.estat.ingest.dlq;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.Ledger.Flow;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The events that lie in the folder, as far as they are known: those of this life's files, and
 * those of earlier lives' files from the moment such a file is first opened. All under the ledger's
 * lock.
 *
 * <p>What is remembered per file is only the opened files of earlier lives that are still there, at
 * most {@value #MAX_OPENED}; more are not opened until some are gone.
 */
final class DlqBooks {
  static final int MAX_OPENED = 10_000;

  private final String instance;
  private final Ledger ledger;
  private final Map<String, Long> openedEvents = new HashMap<>();
  private long eventsHere;
  private long eventsEnqueued;
  private long filesExpired;

  DlqBooks(String instance, Ledger ledger) {
    this.instance = instance;
    this.ledger = ledger;
    ledger.addDlqPlace(() -> eventsHere);
  }

  /** The file is there and synced: from here on its events are here. */
  void enqueue(long events, Runnable leaving) {
    ledger.locked(
        () -> {
          leaving.run();
          eventsHere += events;
          eventsEnqueued += events;
        });
  }

  boolean mayOpen(BatchName name) {
    return name.isOf(instance)
        || locked(() -> openedEvents.containsKey(name.text()) || openedEvents.size() < MAX_OPENED);
  }

  /**
   * The events the file stands for in the books. The first number given for a file of an earlier
   * life stays; for a file of this life the number given is the one it was saved with.
   */
  long open(BatchName name, long events) {
    if (name.isOf(instance)) {
      return events;
    }
    return locked(
        () -> {
          Long known = openedEvents.putIfAbsent(name.text(), events);
          if (known != null) {
            return known;
          }
          ledger.count(Flow.RECOVERED, events);
          eventsHere += events;
          return events;
        });
  }

  boolean isOfThisLife(BatchName name) {
    return name.isOf(instance);
  }

  /** The file is gone: its events went into the bucket. */
  void uploaded(BatchName name, long events, long reuploaded, long quarantined) {
    ledger.locked(
        () -> {
          leave(name, events);
          ledger.count(Flow.REUPLOADED, reuploaded);
          ledger.count(Flow.QUARANTINED, quarantined);
        });
  }

  /** The file is gone: removed by age, by size, or by hand. */
  void expired(BatchName name, long events) {
    ledger.locked(
        () -> {
          leave(name, events);
          ledger.count(Flow.EXPIRED, events);
          filesExpired++;
        });
  }

  private void leave(BatchName name, long events) {
    openedEvents.remove(name.text());
    eventsHere -= events;
  }

  long eventsEnqueued() {
    return locked(() -> eventsEnqueued);
  }

  long filesExpired() {
    return locked(() -> filesExpired);
  }

  private <T> T locked(Supplier<T> look) {
    ledger.lock();
    try {
      return look.get();
    } finally {
      ledger.unlock();
    }
  }
}
