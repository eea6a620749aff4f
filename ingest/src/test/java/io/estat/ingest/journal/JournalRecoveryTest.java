package io.estat.ingest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.ingest.Landed;
import io.estat.ingest.LogCapture;
import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.disk.DiskFile;
import io.estat.ingest.disk.ForgetfulDisk;
import io.estat.ingest.disk.ForwardingDisk;
import io.estat.ingest.disk.TooManyFilesException;
import io.estat.ingest.upload.UploadSteps;
import io.estat.jsonl.GzipEncoder;
import io.estat.jsonl.GzipEngine;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.ManualClock;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the journal files of earlier lives. */
class JournalRecoveryTest {
  private static final Path JOURNAL = Path.of("/journal");
  private static final Path DLQ = Path.of("/dlq");

  private final ForgetfulDisk disk = new ForgetfulDisk(1);
  private final MemoryStore bucket = new MemoryStore();
  private final FaultyStore store = new FaultyStore(bucket);
  private final ManualClock clock = new ManualClock(Intake.START);
  private final JournalMetrics metrics = new JournalMetrics();
  private final GzipEncoder encoder = GzipEngine.zlib().encoder(UploadSteps.GZIP_LEVEL);
  private final Intake intake = Intake.withJournal(Intake.limits(100, 100, 4), clock);
  private UploadSteps uploads;
  private JournalRecovery recovery;

  @BeforeEach
  void begin() throws IOException {
    uploads = new UploadSteps(intake, DLQ, disk, store);
    recovery = recovery(disk);
  }

  @AfterEach
  void end() throws IOException {
    encoder.close();
    uploads.close();
  }

  private JournalRecovery recovery(io.estat.ingest.disk.Disk on) {
    return new JournalRecovery(
        JOURNAL,
        on,
        intake.names.instance(),
        uploads.dlq,
        GzipEngine.zlib(),
        UploadSteps.GZIP_LEVEL,
        metrics,
        intake.time);
  }

  private Batch earlierLife(String... groups) throws Exception {
    return EarlierLife.write(JOURNAL, disk, clock, groups);
  }

  private Path file(Batch batch) {
    return JournalFile.path(JOURNAL, batch.name());
  }

  private void drain() {
    for (int i = 0; i < 5; i++) {
      uploads.turn();
      clock.advance(Duration.ofSeconds(61));
      intake.assertBalanced();
    }
  }

  private List<String> landed() {
    return Landed.bodies(Landed.lines(bucket, "raw"));
  }

  @Test
  void aFileBecomesABatchOfItsNameWithTheSameBytesAsItsOwnLifeWouldHavePut() throws Exception {
    Batch batch = earlierLife("a", "b");
    assertThat(recovery.pass(encoder)).as("something left").isFalse();
    assertThat(disk.names(JOURNAL)).isEmpty();
    drain();
    assertThat(intake.ledger.cut().recovered()).isEqualTo(4);
    assertThat(bucket.keys()).containsExactly(batch.name().key("raw"));
    assertThat(landed()).containsExactly("a", "a'", "b", "b'");
    byte[] recovered = bucket.bytes(batch.name().key("raw"));

    MemoryStore other = new MemoryStore();
    Intake itself = Intake.withJournal(Intake.limits(100, 100, 4), clock);
    try (var direct = new UploadSteps(itself, Path.of("/dlq2"), disk, other)) {
      itself.ledger.locked(() -> itself.queue.offer(batch));
      direct.turn();
    }
    assertThat(other.bytes(batch.name().key("raw"))).isEqualTo(recovered);
  }

  @Test
  void whatWasStoredOrSavedBeforeTheCrashMakesNoSecondObject() throws Exception {
    Batch stored = earlierLife("a");
    byte[] journal = disk.bytes(file(stored));
    recovery.pass(encoder);
    drain();
    assertThat(bucket.keys()).hasSize(1);
    disk.tamper(file(stored), journal); // the deletion was not on the disk
    recovery.pass(encoder);
    store.fail(Fault.REFUSES_CONDITIONS);
    drain();
    assertThat(bucket.keys()).hasSize(1);
    assertThat(landed()).containsExactly("a", "a'");

    store.fail(Fault.UNAVAILABLE);
    Batch saved = earlierLife("b");
    journal = disk.bytes(file(saved));
    recovery.pass(encoder);
    disk.tamper(file(saved), journal);
    recovery.pass(encoder); // finds it in the dead-letter queue
    assertThat(disk.names(JOURNAL)).isEmpty();
    store.well();
    drain();
    assertThat(landed()).containsExactly("a", "a'", "b", "b'");
  }

  /**
   * A killed process leaves groups that are in memory only. Once they are in the bucket, a power
   * cut that takes them out of the file, whose deletion it takes back, too, would make less of the
   * batch than there was.
   */
  @Test
  void aFileHoldsAfterAPowerCutWhatWasMadeOfItBefore() throws Exception {
    Batch batch = earlierLife("a", "b");
    byte[] whole = Room.cutOff(disk.bytes(file(batch)));
    String text = new String(whole, StandardCharsets.US_ASCII);
    int second = text.indexOf("\n#") + JournalFile.MARK_BYTES + 1;
    int stillThere = 0;
    for (int seed = 0; seed < 50; seed++) {
      var killed = new ForgetfulDisk(seed);
      try (DiskFile file = killed.create(file(batch))) {
        file.write(whole, 0, second);
        file.sync();
        file.write(whole, second, whole.length - second);
      }
      killed.syncFolder(JOURNAL);
      ForgetfulDisk next = killed.nextProcess();
      recovery(next).pass(encoder);
      assertThat(next.names(JOURNAL)).isEmpty();
      ForgetfulDisk restarted = next.restart();
      if (!restarted.names(JOURNAL).isEmpty()) {
        stillThere++;
        assertThat(restarted.bytes(file(batch))).isEqualTo(whole);
      }
    }
    assertThat(stillThere).isPositive();
  }

  @Test
  void aTornTailIsCutAndCounted() throws Exception {
    Batch batch = earlierLife("a", "b");
    byte[] whole = Room.cutOff(disk.bytes(file(batch)));
    String text = new String(whole, StandardCharsets.US_ASCII);
    int second = text.indexOf("\n#") + JournalFile.MARK_BYTES + 1;
    for (int length = second; length < whole.length; length++) {
      disk.tamper(file(batch), Arrays.copyOf(whole, length));
      JournalCheck check = JournalCheck.of(disk.open(file(batch)));
      assertThat(check.events()).as("cut at %s", length).isEqualTo(2);
      assertThat(check.tornBytes()).isEqualTo(length - second);
      assertThat(check.damaged().isEmpty()).isTrue();
    }
    disk.tamper(file(batch), Arrays.copyOf(whole, whole.length - 3));
    recovery.pass(encoder);
    drain();
    assertThat(landed()).containsExactly("a", "a'");
    assertThat(metrics.tornBytes()).isEqualTo(whole.length - 3 - second);
    assertThat(intake.ledger.cut().recovered()).isEqualTo(2);
    assertThat(disk.names(JOURNAL)).isEmpty();
  }

  @Test
  void roomThatWasReservedAndNotUsedIsNoTail() throws Exception {
    Batch batch = earlierLife("a");
    byte[] bytes = disk.bytes(file(batch));
    assertThat(bytes[bytes.length - 1]).isZero();
    for (int more : new int[] {0, 1, 200_000}) {
      disk.tamper(file(batch), Arrays.copyOf(bytes, bytes.length + more));
      JournalCheck check = JournalCheck.of(disk.open(file(batch)));
      assertThat(check.events()).isEqualTo(2);
      assertThat(check.tornBytes()).isZero();
    }
  }

  /** They are no room if something is behind them. */
  @Test
  void zerosInTheMiddleAreDamage() throws Exception {
    Batch batch = earlierLife("a", "b".repeat(300_000), "c");
    byte[] bytes = disk.bytes(file(batch));
    String text = new String(bytes, StandardCharsets.US_ASCII);
    Arrays.fill(bytes, text.indexOf("bb"), text.lastIndexOf("bb"), (byte) 0);
    disk.tamper(file(batch), bytes);
    recovery.pass(encoder);
    drain();
    assertThat(landed()).containsExactly("a", "a'", "c", "c'");
    assertThat(metrics.filesAside()).isEqualTo(1);
  }

  @Test
  void sectorsThatCameInAnotherOrderAreATornTail() throws Exception {
    Batch batch = earlierLife("a", "b".repeat(3000));
    byte[] bytes = disk.bytes(file(batch));
    Arrays.fill(bytes, 1000, 1512, (byte) 0); // the mark behind it is there
    disk.tamper(file(batch), bytes);
    recovery.pass(encoder);
    drain();
    assertThat(landed()).containsExactly("a", "a'");
    assertThat(metrics.filesAside()).isZero();
  }

  @Test
  void aFileThatIsDamagedBeforeItsEndIsKeptAsideAndTheRestOfItRecovered() throws Exception {
    Batch batch = earlierLife("a", "b", "c");
    byte[] bytes = disk.bytes(file(batch));
    bytes[new String(bytes, StandardCharsets.US_ASCII).indexOf("\"b\"") + 1] ^= 1;
    disk.tamper(file(batch), bytes);
    try (var logs = new LogCapture(JournalRecovery.class)) {
      recovery.pass(encoder);
      assertThat(logs.lines())
          .singleElement()
          .asString()
          .startsWith("ERROR journal file " + file(batch) + " is kept as ");
    }
    drain();
    assertThat(landed()).containsExactly("a", "a'", "c", "c'");
    assertThat(metrics.filesAside()).isEqualTo(1);
    String aside = batch.name() + ".jsonl.damaged";
    assertThat(disk.names(JOURNAL)).containsExactly(aside);
    assertThat(disk.bytes(JOURNAL.resolve(aside))).isEqualTo(bytes);
    assertThat(recovery.pass(encoder)).isFalse();
    assertThat(disk.names(JOURNAL)).containsExactly(aside);
  }

  /** Changes one byte at each of these places; the places are counted in the file as it was. */
  private byte[] damaged(Batch batch, String... at) {
    byte[] bytes = disk.bytes(file(batch));
    String text = new String(bytes, StandardCharsets.US_ASCII);
    for (String place : at) {
      bytes[text.indexOf(place) + 1] ^= 1;
    }
    disk.tamper(file(batch), bytes);
    return bytes;
  }

  private void assertKeptAside(Batch batch, byte[] bytes) throws IOException {
    recovery.pass(encoder);
    drain();
    assertThat(metrics.filesAside()).isEqualTo(1);
    assertThat(metrics.tornTails()).isZero();
    String aside = batch.name() + ".jsonl.damaged";
    assertThat(disk.names(JOURNAL)).containsExactly(aside);
    assertThat(disk.bytes(JOURNAL.resolve(aside))).isEqualTo(bytes);
  }

  @Test
  void severalDamagedGroupsAtTheEndAreNoTornTail() throws Exception {
    Batch batch = earlierLife("a", "b", "c", "d");
    assertKeptAside(batch, damaged(batch, "\"b\"", "\"c\"", "\"d\""));
    assertThat(landed()).containsExactly("a", "a'");
  }

  @Test
  void aFileWithoutAWholeGroupIsKeptAside() throws Exception {
    Batch batch = earlierLife("a", "b");
    assertKeptAside(batch, damaged(batch, "\"a\"", "\"b\""));
    assertThat(landed()).isEmpty();
  }

  @Test
  void aTornTailBehindADamagedGroupIsNoReasonToDeleteTheFile() throws Exception {
    Batch batch = earlierLife("a", "b", "c");
    byte[] bytes = damaged(batch, "\"b\"");
    bytes = Arrays.copyOf(bytes, Room.cutOff(bytes).length - 3);
    disk.tamper(file(batch), bytes);
    assertKeptAside(batch, bytes);
    assertThat(landed()).containsExactly("a", "a'");
  }

  @Test
  void aDamagedMarkCostsItsOwnGroupOnly() throws Exception {
    Batch batch = earlierLife("a", "b", "c");
    byte[] bytes = disk.bytes(file(batch));
    String text = new String(bytes, StandardCharsets.US_ASCII);
    bytes[text.indexOf('#', text.indexOf("\"b'\"")) + 3] = 'x';
    disk.tamper(file(batch), bytes);
    assertKeptAside(batch, bytes);
    assertThat(landed()).containsExactly("a", "a'", "c", "c'");
  }

  @Test
  void aFileThatCannotBeReadIsKeptAsideAndTheOthersAreRecovered() throws Exception {
    Batch bad = earlierLife("bad");
    earlierLife("good");
    var sick =
        new ForwardingDisk(disk) {
          @Override
          public InputStream open(Path path) throws IOException {
            if (path.equals(file(bad))) {
              throw new IOException("Input/output error");
            }
            return super.open(path);
          }
        };
    assertThat(recovery(sick).pass(encoder)).isFalse();
    drain();
    assertThat(landed()).containsExactly("good", "good'");
    assertThat(disk.names(JOURNAL)).containsExactly(bad.name() + ".jsonl.damaged");
    assertThat(metrics.filesAside()).isEqualTo(1);
  }

  /** A storm of connections at the start can take every descriptor. */
  @Test
  void aFileThatCannotBeOpenedForWantOfDescriptorsIsTriedAgain() throws Exception {
    Batch batch = earlierLife("a");
    var exhausted =
        new ForwardingDisk(disk) {
          boolean full = true;

          @Override
          public InputStream open(Path path) throws IOException {
            if (full) {
              throw new TooManyFilesException(path + " (Too many open files)", new IOException());
            }
            return super.open(path);
          }
        };
    JournalRecovery recovery = recovery(exhausted);
    assertThat(recovery.pass(encoder)).as("something left").isTrue();
    assertThat(disk.names(JOURNAL)).containsExactly(file(batch).getFileName().toString());
    assertThat(metrics.filesAside()).isZero();
    exhausted.full = false;
    assertThat(recovery.pass(encoder)).isFalse();
    drain();
    assertThat(landed()).containsExactly("a", "a'");
  }

  @Test
  void whatTheDeadLetterQueueRefusesStaysAndIsTriedAgain() throws Exception {
    Batch batch = earlierLife("a");
    disk.capacity(1);
    assertThat(recovery.pass(encoder)).as("something left").isTrue();
    assertThat(disk.names(JOURNAL)).containsExactly(file(batch).getFileName().toString());
    disk.capacity(1 << 20);
    assertThat(recovery.pass(encoder)).isFalse();
    drain();
    assertThat(landed()).containsExactly("a", "a'");
  }

  @Test
  void whatIsNotOursAndWhatIsOfThisLifeIsLeftAlone() throws Exception {
    byte[] text = "{}\n".getBytes(StandardCharsets.US_ASCII);
    String ofThisLife = intake.names.next(1_700_000_000) + ".jsonl";
    for (String name : List.of("README", "x.jsonl", ofThisLife, "1_a-1_2.jsonl.damaged")) {
      disk.tamper(JOURNAL.resolve(name), text);
    }
    disk.tamper(JOURNAL.resolve(JournalWriter.PROBE_FILE), text);
    assertThat(recovery.pass(encoder)).isFalse();
    assertThat(disk.names(JOURNAL))
        .containsExactlyInAnyOrder("README", "x.jsonl", ofThisLife, "1_a-1_2.jsonl.damaged");
  }

  @Test
  void anEmptyFileIsRemoved() throws Exception {
    disk.tamper(JOURNAL.resolve("1700000000_a-1_1.jsonl"), new byte[0]);
    assertThat(recovery.pass(encoder)).isFalse();
    assertThat(disk.names(JOURNAL)).isEmpty();
    drain();
    assertThat(bucket.keys()).isEmpty();
  }
}
