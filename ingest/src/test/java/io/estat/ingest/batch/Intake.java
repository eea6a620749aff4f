package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Open batch, upload queue, budget and books of a server, with a clock that the test moves. */
public final class Intake {
  /** 22:13:20 UTC on a day in November 2023. */
  public static final Instant START = Instant.ofEpochSecond(1_700_000_000);

  public static final BatchLimits ROOMY =
      new BatchLimits(5000, 8 << 20, Duration.ofMinutes(2), 4000, 4, 64L << 20);

  public final ManualClock clock;
  public final Time time;
  public final Ledger ledger = new Ledger();
  public final NameMint names = new NameMint("test");
  public final BatchLimits limits;
  public final Budget budget;
  public final UploadQueue queue;
  public final GroupCommit commits;
  public final OpenBatch open;
  public final CountingWaiter waiter = new CountingWaiter();

  public Intake(BatchLimits limits) {
    this(limits, queue -> queue);
  }

  /**
   * @param between something between the open batch and the queue
   */
  public Intake(BatchLimits limits, UnaryOperator<BatchSink> between) {
    this.limits = limits;
    clock = new ManualClock(START);
    time = new Time(clock::wallMillis, clock::nanos);
    budget = new Budget(limits.maxEvents(), limits.budgetBytes(), limits.batchBytes());
    queue = new UploadQueue(limits, budget, ledger);
    commits = new GroupCommit(ledger, queue);
    open = new OpenBatch(limits, budget, ledger, names, time, between.apply(queue));
  }

  private Intake(BatchLimits limits, ManualClock clock, Duration maxGather) {
    this.limits = limits;
    this.clock = clock;
    time = new Time(clock::wallMillis, clock::nanos);
    budget = new Budget(limits.maxEvents(), limits.budgetBytes(), limits.batchBytes());
    queue = new UploadQueue(limits, budget, ledger);
    commits = new GroupCommit(ledger, queue, maxGather);
    open = new OpenBatch(limits, budget, ledger, names, time, commits);
  }

  /** One whose events are accepted when a journal has them. */
  public static Intake withJournal(BatchLimits limits, ManualClock clock) {
    return withJournal(limits, clock, Duration.ZERO);
  }

  /**
   * @param maxGather how long a group may wait for more after a commit
   */
  static Intake withJournal(BatchLimits limits, ManualClock clock, Duration maxGather) {
    return new Intake(limits, clock, maxGather);
  }

  public static BatchLimits limits(int batchEvents, int channelEvents, int uploadQueue) {
    return new BatchLimits(
        batchEvents, 1 << 20, Duration.ofMinutes(2), channelEvents, uploadQueue, 64L << 20);
  }

  /** One request. */
  public Admission admit(RequestLines lines) {
    return open.accept(lines, waiter);
  }

  /** One event, which must find room. */
  public void accept(String body) {
    assertThat(admit(TextLines.of(body))).isEqualTo(Admission.ACCEPTED);
  }

  public void accept(int events) {
    for (int i = 0; i < events; i++) {
      accept("e" + i);
    }
  }

  public void tick() {
    open.tick(queue.isFull());
  }

  /** The oldest waiting batch, which must be there. */
  public Batch take() throws InterruptedException {
    return Objects.requireNonNull(queue.take(0), "no batch waits");
  }

  public List<Batch> takeAll() throws InterruptedException {
    List<Batch> all = new ArrayList<>();
    for (Batch batch = queue.take(0); batch != null; batch = queue.take(0)) {
      all.add(batch);
    }
    return all;
  }

  public static List<String> lines(Batch batch) {
    return text(batch).lines().toList();
  }

  public static String text(Batch batch) {
    StringBuilder text = new StringBuilder();
    for (Slab slab : batch.lines()) {
      ByteBuffer written = slab.written();
      byte[] bytes = new byte[written.remaining()];
      written.get(bytes);
      text.append(new String(bytes, StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  public static long ts(String line) {
    return Long.parseLong(line.substring("{\"ts\":".length(), line.indexOf(',')));
  }

  public void assertBalanced() {
    Ledger.Cut cut = ledger.cut();
    assertThat(cut.difference()).as("%s", cut).isZero();
  }
}
