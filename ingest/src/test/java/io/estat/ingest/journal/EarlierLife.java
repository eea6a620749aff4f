package io.estat.ingest.journal;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.Intake;
import io.estat.ingest.batch.TextLines;
import io.estat.ingest.disk.Disk;
import io.estat.testkit.ManualClock;
import java.nio.file.Path;

/** A life that acknowledged one group after the other, sealed their batch, and was no more. */
final class EarlierLife {
  private EarlierLife() {}

  /**
   * @param groups a group each, of this body and of one more with an apostrophe behind it
   */
  static Batch write(Path folder, Disk disk, ManualClock clock, String... groups) throws Exception {
    return write(folder, disk, Intake.withJournal(Intake.limits(100, 100, 4), clock), groups);
  }

  static Batch write(Path folder, Disk disk, Intake life, String... groups) throws Exception {
    var writer = new JournalWriter(folder, disk, life.commits, new JournalMetrics(), life.time);
    for (String body : groups) {
      life.admit(TextLines.of(body, body + "'"));
      writer.turn(0);
    }
    life.open.close();
    return life.take();
  }
}
