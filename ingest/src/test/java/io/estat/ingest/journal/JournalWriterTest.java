package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.LogCapture;
import io.estat.ingest.batch.AckWaiter;
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
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
    assertThat(text(first)).contains("safe").doesNotContain("lost", "too");
    assertThat(files()).hasSize(2).contains(first);
    Batch batch = intake.take();
    assertThat(batch.name() + ".jsonl").isEqualTo(first);
    assertThat(Intake.text(batch)).contains("safe").doesNotContain("lost", "too");
    intake.assertBalanced();
    intake.queue.finish(batch, Flow.STORED);
    writer.turn(0);
    assertThat(files()).hasSize(1).doesNotContain(first);
  }

  /** Keeps what is on the disk when it hears that its request is refused. */
  private static final class Refused extends AckWaiter {
    private final ForgetfulDisk disk;
    private final Path file;
    private byte @Nullable [] atRefusal;

    Refused(ForgetfulDisk disk, Path file) {
      this.disk = disk;
      this.file = file;
    }

    @Override
    protected void settled(int requests, boolean kept) {
      atRefusal = kept ? null : disk.bytes(file);
    }
  }

  @Test
  void aRefusedGroupIsCutOffEveryFileThatItHadReachedBeforeItsClientsHear() throws Exception {
    // Write and sync one file; make the next, reserve its room, write and sync it; the folder.
    int stepsOfTheGroup = 7;
    for (int failing = 1; failing <= stepsOfTheGroup; failing++) {
      var memory = new ForgetfulDisk(failing);
      var metrics = new JournalMetrics();
      Intake intake = Intake.withJournal(Intake.limits(2, 100, 4), new ManualClock(Intake.START));
      var writer = new JournalWriter(FOLDER, memory, intake.commits, metrics, intake.time);
      intake.admit(TextLines.of("safe"));
      writer.turn(0);
      Path file = FOLDER.resolve(memory.names(FOLDER).getFirst());
      byte[] committed = Room.cutOff(memory.bytes(file));

      var client = new Refused(memory, file);
      intake.open.accept(TextLines.of("a", "b", "c"), client); // ends a batch, begins the next
      memory.failAt(memory.operations() + failing);
      writer.turn(0);
      assertThat(client.atRefusal).as("step %s fails", failing).isEqualTo(committed);
      assertThat(memory.names(FOLDER)).containsExactly(file.getFileName().toString());
      assertThat(metrics.files()).isEqualTo(1);
      assertThat(memory.nextProcess().bytes(file)).isEqualTo(committed);

      ForgetfulDisk after = memory.restart();
      assertThat(after.bytes(file)).isEqualTo(committed);
      assertThat(after.names(FOLDER))
          .filteredOn(name -> !file.endsWith(name))
          .allSatisfy(name -> assertThat(after.bytes(FOLDER.resolve(name))).isEmpty());
    }
  }

  /** One group is committed, and one refused that could not be cut off. */
  private byte[] refusedAndNotCut() throws Exception {
    append("safe");
    writer.turn(0);
    byte[] committed = Room.cutOff(memory.bytes(FOLDER.resolve(files().getFirst())));
    disk.failingSyncs = true;
    disk.failingTruncations = true;
    append("refused");
    try (var logs = new LogCapture(JournalWriter.class)) {
      writer.turn(0);
      assertThat(logs.lines())
          .anyMatch(line -> line.startsWith("WARN refused events cannot be cut off /journal/"));
    }
    assertThat(waiter.refused()).isEqualTo(1);
    disk.failingSyncs = false;
    return committed;
  }

  @Test
  void nothingIsTakenBeforeWhatWasRefusedIsCutOff() throws Exception {
    byte[] committed = refusedAndNotCut();
    writer.turn(0);
    assertThat(writer.refusal())
        .hasValueSatisfying(r -> assertThat(r).contains("cannot be cut off"));
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NOT_TO_DISK);
    disk.failingTruncations = false;
    writer.turn(0);
    assertThat(writer.refusal()).isEmpty();
    assertThat(memory.bytes(FOLDER.resolve(files().getFirst()))).isEqualTo(committed);
  }

  @Test
  void whatWasRefusedInAFileThatIsGoneNeedsNoCut() throws Exception {
    refusedAndNotCut();
    intake.queue.finish(intake.take(), Flow.STORED);
    disk.failingTruncations = false;
    writer.turn(0); // deletes it
    writer.turn(0);
    assertThat(writer.refusal()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatWasRefusedIsCutOffOnceMoreAtTheEnd() throws Exception {
    byte[] committed = refusedAndNotCut();
    disk.failingTruncations = false;
    writer.close(Duration.ZERO); // before it is started: it has nothing to do but to end
    writer.start();
    await()
        .untilAsserted(
            () ->
                assertThat(memory.bytes(FOLDER.resolve(files().getFirst()))).isEqualTo(committed));
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
  void roomThatIsNotThereCostsNoGroupThatFits() throws Exception {
    append("a");
    writer.turn(0);
    long used = memory.bytes(FOLDER.resolve(memory.names(FOLDER).getFirst())).length;
    append("x".repeat(100_000)); // more than was reserved
    memory.capacity(used + 60_000); // the group, but not the room behind it
    writer.turn(0);
    append("b");
    writer.turn(0);
    assertThat(waiter.kept()).isEqualTo(3);
    assertThat(writer.refusal()).isEmpty();
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
