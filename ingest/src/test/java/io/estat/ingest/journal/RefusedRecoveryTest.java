package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchName;
import io.estat.ingest.batch.BatchSummary;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.ingest.dlq.DeadLetterQueue;
import io.estat.ingest.dlq.Destination;
import io.estat.ingest.dlq.DlqConfig;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.storage.ObjectContent;
import io.estat.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What recovery costs while the dead-letter queue takes nothing. */
class RefusedRecoveryTest {
  private static final Path JOURNAL = Path.of("/journal");
  private static final Path DLQ = Path.of("/dlq");

  private final ForgetfulDisk memory = new ForgetfulDisk(1);
  private final WatchedDisk disk = new WatchedDisk(memory);
  private final ManualClock clock = new ManualClock(Intake.START);
  private final Intake intake = Intake.withJournal(Intake.limits(100, 100, 4), clock);
  private final GzipEncoder encoder = GzipEngine.zlib().encoder(1);

  @AfterEach
  void end() {
    encoder.close();
  }

  /** A store that is away. */
  private static final class Nowhere implements Destination {
    @Override
    public Delivery deliver(
        Target target, BatchName name, ObjectContent content, BatchSummary summary) {
      return new Delivery.StoreFailed("away");
    }

    @Override
    public long storedSoFar() {
      return 0;
    }
  }

  private DeadLetterQueue dlq(long maxBytes) throws IOException {
    return DeadLetterQueue.open(
        new DlqConfig(DLQ, Optional.empty(), maxBytes, DlqConfig.Overflow.BACKPRESSURE),
        disk,
        intake.names.instance(),
        intake.ledger,
        intake.time,
        new Nowhere());
  }

  private JournalRecovery recovery(DeadLetterQueue dlq) {
    return new JournalRecovery(
        JOURNAL,
        disk,
        intake.names.instance(),
        dlq,
        GzipEngine.zlib(),
        1,
        new JournalMetrics(),
        intake.time);
  }

  private Batch earlierLife(String body) throws Exception {
    return EarlierLife.write(JOURNAL, memory, clock, body);
  }

  @Test
  void aFullDiskEndsThePassAndTheNextOneComesLaterAndLater() throws Exception {
    for (String body : List.of("a", "b", "c", "d")) {
      earlierLife(body);
    }
    memory.capacity(1);
    try (DeadLetterQueue dlq = dlq(1 << 20)) {
      JournalRecovery recovery = recovery(dlq);
      List<Long> rests = new ArrayList<>();
      for (int pass = 0; pass < 8; pass++) {
        disk.done.clear();
        assertThat(recovery.pass(encoder)).as("something left").isTrue();
        assertThat(disk.count("open ")).as("one file, checked and compressed").isEqualTo(2);
        rests.add(recovery.restMillis());
      }
      assertThat(rests)
          .containsExactly(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L);
      memory.capacity(Long.MAX_VALUE);
      assertThat(recovery.pass(encoder)).isFalse();
      assertThat(recovery.restMillis()).as("after a file went").isEqualTo(1_000);
      assertThat(memory.names(JOURNAL)).isEmpty();
    }
  }

  @Test
  void aFullQueueIsAskedBeforeAFileIsRead() throws Exception {
    Batch first = earlierLife("a");
    byte[] journal = memory.bytes(JournalFile.path(JOURNAL, first.name()));
    long gzipBytes;
    try (DeadLetterQueue roomy = dlq(1 << 20)) {
      recovery(roomy).pass(encoder);
      gzipBytes = roomy.bytesCurrent();
    }
    memory.names(DLQ).forEach(name -> memory.tamper(DLQ.resolve(name), null));
    memory.tamper(JournalFile.path(JOURNAL, first.name()), journal);
    try (DeadLetterQueue full = dlq(gzipBytes)) {
      JournalRecovery recovery = recovery(full);
      assertThat(recovery.pass(encoder)).isFalse();
      earlierLife("b");
      disk.done.clear();
      assertThat(recovery.pass(encoder)).isTrue();
      assertThat(disk.count("open ")).isZero();
      // One that is there already needs no room.
      memory.tamper(JournalFile.path(JOURNAL, first.name()), journal);
      for (int pass = 0; pass < 20; pass++) {
        recovery.pass(encoder); // in any order
      }
      assertThat(memory.names(JOURNAL)).hasSize(1).noneMatch(n -> n.startsWith(first.name() + "."));
    }
  }

  @Test
  void aFileThatNeverFitsHoldsUpNoOther() throws Exception {
    StringBuilder varied = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      varied.append(Integer.toHexString(i * 0x9e3779b9));
    }
    Batch large = earlierLife(varied.toString());
    for (String body : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
      earlierLife(body);
    }
    try (DeadLetterQueue dlq = dlq(1_500)) {
      assertThat(recovery(dlq).pass(encoder)).as("to be tried again in this life").isFalse();
      assertThat(memory.names(JOURNAL)).containsExactly(large.name() + ".jsonl");
    }
  }

  @Test
  void aFileThatCanBeReadNowAndThenHoldsUpNoOther() throws Exception {
    Batch flaky = earlierLife("flaky");
    for (String body : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
      earlierLife(body);
    }
    String file = flaky.name() + ".jsonl";
    disk.readableOnce = file; // to be checked, but not to be saved
    try (DeadLetterQueue dlq = dlq(1 << 20)) {
      JournalRecovery recovery = recovery(dlq);
      assertThat(recovery.pass(encoder)).as("something left").isTrue();
      assertThat(memory.names(JOURNAL)).containsExactly(file);
      disk.readableOnce = "";
      assertThat(recovery.pass(encoder)).isFalse();
      assertThat(memory.names(JOURNAL)).isEmpty();
    }
  }
}
