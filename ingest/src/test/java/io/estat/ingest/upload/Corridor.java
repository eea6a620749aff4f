package io.estat.ingest.upload;

import io.estat.ingest.Landed;
import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.disk.Disk;
import io.estat.ingest.disk.FileDisk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.ObjectStore;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The way from the open batch to bucket and DLQ, with real threads; a bucket that remains. */
final class Corridor implements AutoCloseable {
  /** What a corridor is made of; what is not said otherwise is as in a small server. */
  static final class Plan {
    private final Path folder;
    private final MemoryStore bucket;
    BatchLimits limits = Intake.limits(10, 20, 2);
    Disk disk = new FileDisk();
    GzipEngine engine = GzipEngine.best();
    Duration timeout = Duration.ofSeconds(3);
    int attempts = 1;
    long dlqBytes = 1L << 30;
    DlqConfig.Overflow overflow = DlqConfig.Overflow.EVICT;

    Plan(Path folder, MemoryStore bucket) {
      this.folder = folder;
      this.bucket = bucket;
    }

    Corridor build() {
      return new Corridor(this);
    }
  }

  final Intake intake;
  final MemoryStore bucket;
  final FaultyStore faults;
  final WatchedStore store;
  final UploadMetrics metrics = new UploadMetrics();
  final DeadLetterQueue dlq;
  final Uploads uploads;
  private final Path folder;
  private final List<String> accepted = new ArrayList<>();
  private boolean running;

  private Corridor(Plan plan) {
    intake = new Intake(plan.limits);
    folder = plan.folder;
    bucket = plan.bucket;
    faults = new FaultyStore(bucket);
    store = new WatchedStore(faults);
    ObjectSender sender = sender(store, plan);
    try {
      dlq =
          DeadLetterQueue.open(
              new DlqConfig(folder, Optional.empty(), plan.dlqBytes, plan.overflow),
              plan.disk,
              intake.names.instance(),
              intake.ledger,
              intake.time,
              sender);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    uploads = new Uploads(intake.queue, intake.budget, sender, dlq, plan.engine, 1);
    uploads.idleAfter(Duration.ofMillis(50));
  }

  private ObjectSender sender(ObjectStore to, Plan plan) {
    var config = new UploadConfig("raw", "raw_dlq", plan.timeout, plan.attempts, 1);
    return new ObjectSender(to, config, metrics, intake.time);
  }

  Corridor start() {
    uploads.start();
    running = true;
    return this;
  }

  /** Events with bodies that no other event has. */
  void accept(int events) {
    for (int i = 0; i < events; i++) {
      accept(intake.names.instance() + "-" + accepted.size());
    }
  }

  void accept(String body) {
    intake.accept(body);
    accepted.add(body);
  }

  List<String> accepted() {
    return List.copyOf(accepted);
  }

  /** Bodies in good objects. */
  List<String> landed() {
    return Landed.bodies(Landed.lines(bucket, "raw"));
  }

  /** Bodies in files of the DLQ. */
  List<String> saved() {
    return Landed.bodies(Landed.lines(folder));
  }

  /** Lets the threads go on until everything is somewhere safe, at most so long. */
  void drain(Duration putsFor, Duration atMost) throws InterruptedException {
    intake.open.close();
    long now = System.nanoTime();
    uploads.endBy(now + atMost.toNanos());
    uploads.drain(now + putsFor.toNanos());
    running = false;
  }

  @Override
  public void close() throws IOException {
    if (running) {
      faults.well();
      store.throwing(null);
      long now = System.nanoTime();
      try {
        uploads.endBy(now + TimeUnit.SECONDS.toNanos(10));
        uploads.drain(now);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts a test", e);
      }
    }
    dlq.close();
  }
}
