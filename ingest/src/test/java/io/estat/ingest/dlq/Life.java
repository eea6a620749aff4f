package io.estat.ingest.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.Ledger.Flow;
import io.estat.ingest.batch.Time;
import io.estat.ingest.disk.Disk;
import io.estat.testkit.ManualClock;
import java.io.IOException;

/**
 * One life of a server around its dead-letter queue: accepts batches into memory, saves them, and
 * asserts the books after each step.
 */
final class Life implements AutoCloseable {
  final Ledger ledger = new Ledger();
  final String instance;
  final DeadLetterQueue dlq;
  private long inMemory;
  private long counter;

  Life(String instance, DlqConfig config, Disk disk, ManualClock clock, Destination destination)
      throws IOException {
    this.instance = instance;
    ledger.addMemoryPlace(() -> inMemory);
    dlq =
        DeadLetterQueue.open(
            config, disk, instance, ledger, new Time(clock::wallMillis, clock::nanos), destination);
  }

  BatchName nextName(long unixSeconds) {
    return BatchName.of(unixSeconds, instance, counter++);
  }

  /** Accepts a batch and saves it; the batch stays in memory if that is refused. */
  BatchName save(long unixSeconds, long events) throws DlqRefusedException {
    BatchName name = nextName(unixSeconds);
    ledger.locked(
        () -> {
          ledger.count(Flow.ACCEPTED, events);
          inMemory += events;
        });
    try {
      dlq.save(name, Batches.body(name.text(), events), () -> inMemory -= events);
    } finally {
      assertBalanced();
    }
    return name;
  }

  /** Saves a batch that a save before left in memory. */
  void saveAgain(BatchName name, long events) throws DlqRefusedException {
    dlq.save(name, Batches.body(name.text(), events), () -> inMemory -= events);
    assertBalanced();
  }

  RetryOutcome retry() {
    RetryOutcome outcome = dlq.retryOne();
    assertBalanced();
    return outcome;
  }

  /** Retries until nothing is there, or nothing can be done now. */
  void drain() {
    RetryOutcome outcome = retry();
    while (outcome.goOn()) {
      outcome = retry();
    }
  }

  void assertBalanced() {
    Ledger.Cut cut = ledger.cut();
    assertThat(cut.difference()).as("%s", cut).isZero();
  }

  @Override
  public void close() throws IOException {
    dlq.close();
  }
}
