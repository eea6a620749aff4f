package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.Landed;
import io.estat.ingest.batch.AckWaiter;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.ingest.batch.TextLines;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.ingest.disk.ForgetfulDisk.PowerCut;
import io.estat.ingest.upload.UploadSteps;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.ManualClock;
import io.estat.testkit.MemoryStore;
import io.estat.testkit.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The power goes anywhere on the way from the open batch to the bucket, again and again, on a disk
 * that forgets what was not synced, with a store that fails and a disk that fails or is full in
 * between; before some power cuts the process alone is killed. Some of the stores know neither
 * conditional puts nor, for this server, HEAD: there the same bytes replace themselves. The parts
 * are the server's own, driven one step at a time in a seeded order.
 */
class JournalPowerCutTest {
  private static final Path JOURNAL = Path.of("/journal");
  private static final Path DLQ = Path.of("/dlq");
  private static final int SEEDS = 500;
  private static final int CUTS_A_SEED = 2;
  private static final long FULL_AT_BYTES = 4_000;
  private static final Fault[] FAULTS = {
    Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.UNAVAILABLE, Fault.DENIED, Fault.REFUSES_CONDITIONS
  };

  @Test
  void losesNoAcknowledgedEventAndStoresNoneTwiceInAThousandPowerCuts() {
    var refused = new AtomicInteger();
    var overwritten = new AtomicInteger();
    Property.forAll(
        SEEDS,
        Random::nextLong,
        seed -> {
          var run = new Run(new Random(seed));
          run.run();
          refused.addAndGet(run.refused.size());
          overwritten.addAndGet(run.blind.overwritten());
        });
    assertThat(refused).as("refused by a disk in trouble").hasValueGreaterThan(SEEDS / 5);
    assertThat(overwritten).as("objects put again unseen").hasValueGreaterThan(SEEDS / 10);
  }

  private static final class Run {
    private final Random random;
    private final MemoryStore bucket = new MemoryStore();
    private final BlindStore blind = new BlindStore(bucket);
    private final FaultyStore store;
    private final ManualClock clock = new ManualClock(Intake.START);
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private ForgetfulDisk disk;
    private int made;

    Run(Random random) {
      this.random = random;
      this.disk = new ForgetfulDisk(random.nextLong());
      this.store = new FaultyStore(random.nextInt(3) == 0 ? blind : bucket);
    }

    void run() throws Exception {
      for (int cut = 0; cut < CUTS_A_SEED; cut++) {
        if (random.nextInt(4) == 0) {
          liveUntilTheEnd();
          disk = disk.nextProcess();
        }
        liveUntilTheEnd();
        disk = disk.restart();
      }
      store.well();
      try (var life = new Life(this)) {
        life.untilAllIsStored();
      }
      List<String> landed = Landed.bodies(Landed.lines(bucket, "raw"));
      assertThat(landed).as("in the bucket").containsAll(acknowledged).doesNotHaveDuplicates();
      assertThat(refused).as("in the bucket").doesNotContainAnyElementsOf(landed);
      assertThat(blind.changed()).as("objects that are not what they were").isEmpty();
      assertThat(bucket.keys())
          .as("nothing is quarantined")
          .noneMatch(k -> k.startsWith("raw_dlq"));
      assertThat(disk.names(JOURNAL)).as("left in the journal").isEmpty();
    }

    private void liveUntilTheEnd() throws Exception {
      try (var life = new Life(this)) {
        life.untilTheEnd();
      }
    }
  }

  /** One life of the server's parts. */
  private static final class Life extends AckWaiter implements AutoCloseable {
    private static final int MAX_STEPS = 400;

    private final Run run;
    private final Random random;
    private final ForgetfulDisk disk;
    private final Intake intake;
    private final JournalWriter writer;
    private final JournalRecovery recovery;
    private final UploadSteps uploads;
    private final GzipEncoder encoder = GzipEngine.zlib().encoder(UploadSteps.GZIP_LEVEL);
    private final ArrayDeque<List<String>> undecided = new ArrayDeque<>();
    private boolean mayBeFull;

    Life(Run run) throws IOException {
      this.run = run;
      random = run.random;
      disk = run.disk;
      intake =
          Intake.withJournal(
              Intake.limits(1 + random.nextInt(12), 40, 1 + random.nextInt(3)), run.clock);
      uploads = new UploadSteps(intake, DLQ, disk, run.store);
      var metrics = new JournalMetrics();
      writer = new JournalWriter(JOURNAL, disk, intake.commits, metrics, intake.time);
      recovery =
          new JournalRecovery(
              JOURNAL,
              disk,
              intake.names.instance(),
              uploads.dlq,
              GzipEngine.zlib(),
              UploadSteps.GZIP_LEVEL,
              metrics,
              intake.time);
      intake.queue.whenGone(writer::release);
    }

    @Override
    protected void settled(int requests, boolean kept) {
      for (int i = 0; i < requests; i++) {
        List<String> bodies = undecided.removeFirst();
        if (kept) {
          assertThat(disk.isOff()).as("acknowledged without power").isFalse();
          run.acknowledged.addAll(bodies);
        } else if (!disk.isOff()) { // else nobody hears of it
          run.refused.addAll(bodies);
        }
      }
    }

    /** One trouble a life: what a refused group left can always be cut off. */
    void untilTheEnd() throws Exception {
      disk.cutPowerBefore(disk.operations() + 1 + random.nextInt(120));
      int trouble = random.nextInt(6);
      if (trouble < 2) {
        disk.failAt(disk.operations() + 1 + random.nextInt(80));
      }
      mayBeFull = trouble == 2;
      try {
        for (int i = 0; i < MAX_STEPS && !disk.isOff(); i++) {
          step();
          intake.assertBalanced();
        }
      } catch (PowerCut cut) {
        // Where it came from is what the seeds vary.
      }
      disk.cutPower();
    }

    private void step() throws Exception {
      switch (random.nextInt(13)) {
        case 0 -> run.clock.advance(Duration.ofSeconds(random.nextInt(100)));
        case 1 -> intake.tick();
        case 2 -> run.store.roll(random.nextLong(), random.nextDouble(), FAULTS);
        case 3 -> run.store.well();
        case 4 -> recovery.pass(encoder);
        case 5, 6 -> uploads.turn();
        case 7, 8, 9 -> writer.turn(0);
        case 10 ->
            disk.capacity(mayBeFull && random.nextBoolean() ? FULL_AT_BYTES : Long.MAX_VALUE);
        default -> accept(1 + random.nextInt(4));
      }
    }

    private void accept(int events) {
      List<String> bodies = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        bodies.add("event-" + run.made++ + "-".repeat(random.nextInt(600)));
      }
      TextLines lines = TextLines.of(bodies.toArray(String[]::new));
      if (intake.open.accept(lines, this) == Admission.APPENDED) {
        undecided.addLast(bodies);
      }
    }

    void untilAllIsStored() throws Exception {
      accept(3);
      intake.open.close();
      for (int i = 0; i < MAX_STEPS && isSomethingLeft(); i++) {
        recovery.pass(encoder);
        writer.turn(0);
        uploads.turn();
        run.clock.advance(Duration.ofSeconds(61));
        intake.assertBalanced();
      }
      assertThat(intake.ledger.cut().inMemory() + intake.ledger.cut().inDlq()).isZero();
    }

    private boolean isSomethingLeft() {
      return !disk.names(JOURNAL).isEmpty()
          || !disk.names(DLQ).isEmpty()
          || !intake.queue.isEmpty()
          || !undecided.isEmpty();
    }

    @Override
    public void close() {
      encoder.close();
      try {
        uploads.close();
      } catch (IOException | PowerCut e) {
        // The machine may be off.
      }
    }
  }
}
