package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.LogCapture;
import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.CountingWaiter;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.Ledger.Flow;
import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.ingest.batch.TextLines;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The journal's thread, one turn at a time. */
class JournalWriterTest {
  private static final Path FOLDER = Path.of("/journal");

  private final ForgetfulDisk memory = new ForgetfulDisk(1);
  private final WatchedDisk disk = new WatchedDisk(memory);
  private final Intake intake =
      Intake.withJournal(Intake.limits(100, 100, 4), new ManualClock(Intake.START));
  private final JournalMetrics metrics = new JournalMetrics();
  private final JournalWriter writer =
      new JournalWriter(FOLDER, disk, intake.commits, metrics, intake.time);
  private final CountingWaiter waiter = intake.waiter;

  JournalWriterTest() {
    intake.queue.whenGone(writer::release);
  }

  private void append(String... bodies) {
    for (String body : bodies) {
      assertThat(intake.admit(TextLines.of(body))).isEqualTo(Admission.APPENDED);
    }
  }

  private List<String> files() {
    return memory.names(FOLDER);
  }

  private String text(String file) {
    return new String(memory.bytes(FOLDER.resolve(file)), StandardCharsets.US_ASCII);
  }

  @Test
  void oneSyncCoversAllThatCameMeanwhile() throws Exception {
    append("a", "b", "c", "d", "e");
    writer.turn(0);
    assertThat(waiter.kept()).isEqualTo(5);
    String file = files().getFirst();
    assertThat(disk.done)
        .containsExactly("create " + file, "write " + file, "sync " + file, "sync folder");
    disk.done.clear();
    append("f", "g");
    writer.turn(0);
    assertThat(disk.done).containsExactly("write " + file, "sync " + file);
    assertThat(text(file).lines().filter(line -> line.startsWith("{"))).hasSize(7);
    assertThat(text(file).lines().filter(line -> line.startsWith("#"))).hasSize(2);
  }

  @Test
  void aGroupOverSeveralSlabsIsOneGroup() throws Exception {
    for (int i = 0; i < 5; i++) {
      append("x".repeat(40_000));
    }
    writer.turn(0);
    String file = files().getFirst();
    assertThat(disk.count("sync " + file)).isEqualTo(1);
    JournalCheck check = JournalCheck.of(memory.open(FOLDER.resolve(file)));
    assertThat(check.groups()).isEqualTo(1);
    assertThat(check.events()).isEqualTo(5);
    assertThat(check.tornBytes()).isZero();
  }

  @Test
  void aFileIsNamedAfterItsBatchAndGoesWithIt() throws Exception {
    append("a");
    writer.turn(0);
    intake.open.close();
    Batch batch = intake.take();
    assertThat(files()).containsExactly(batch.name() + ".jsonl");
    assertThat(metrics.files()).isEqualTo(1);
    intake.queue.finish(batch, Flow.STORED);
    writer.turn(0);
    assertThat(files()).isEmpty();
    assertThat(metrics.files()).isZero();
  }

  @Test
  void aFailedSyncIsFinalForItsFile() throws Exception {
    append("safe");
    writer.turn(0);
    String first = files().getFirst();
    disk.failingSyncs = true;
    append("lost", "too");
    try (var logs = new LogCapture(JournalWriter.class)) {
      writer.turn(0);
      assertThat(logs.lines())
          .singleElement()
          .asString()
          .startsWith("ERROR the journal in /journal takes nothing: ")
          .contains("Input/output error");
    }
    assertThat(waiter.kept()).isEqualTo(1);
    assertThat(waiter.refused()).isEqualTo(2);
    assertThat(metrics.failures()).isEqualTo(1);
    assertThat(writer.refusal()).hasValueSatisfying(r -> assertThat(r).contains("/journal"));
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NOT_TO_DISK);
    writer.turn(0);
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NOT_TO_DISK);
    disk.failingSyncs = false;
    disk.done.clear();
    writer.turn(0); // the probe
    assertThat(writer.refusal()).isEmpty();
    append("again");
    writer.turn(0);
    assertThat(disk.done).noneMatch(step -> step.endsWith(first));
    assertThat(files()).hasSize(2).contains(first);
    Batch batch = intake.take();
    assertThat(batch.name() + ".jsonl").isEqualTo(first);
    assertThat(Intake.text(batch)).contains("safe").doesNotContain("lost", "too");
    intake.assertBalanced();
    intake.queue.finish(batch, Flow.STORED);
    writer.turn(0);
    assertThat(files()).hasSize(1).doesNotContain(first);
  }

  @Test
  void aFullDiskRefusesUntilThereIsRoom() throws Exception {
    append("a");
    writer.turn(0);
    memory.capacity(500);
    append("x".repeat(100_000)); // more than was reserved
    writer.turn(0);
    assertThat(waiter.kept()).isEqualTo(1);
    assertThat(waiter.refused()).isEqualTo(1);
    assertThat(writer.refusal())
        .hasValueSatisfying(reason -> assertThat(reason).contains("No space left on device"));
    writer.turn(0);
    assertThat(writer.refusal()).as("the probe finds no room").isPresent();
    memory.capacity(1 << 20);
    writer.turn(0);
    assertThat(writer.refusal()).isEmpty();
    append("b");
    writer.turn(0);
    assertThat(waiter.kept()).isEqualTo(2);
    assertThat(files()).doesNotContain(JournalWriter.PROBE_FILE);
  }

  @Test
  void aFileOfWhichNothingWasAcknowledgedDoesNotStay() throws Exception {
    disk.failingSyncs = true;
    append("lost");
    writer.turn(0);
    assertThat(files()).isEmpty();
    assertThat(intake.queue.depth()).isZero();
    assertThat(intake.budget.bytesTaken()).isZero();
  }
}
