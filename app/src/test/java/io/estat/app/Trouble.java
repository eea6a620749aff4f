package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.app.TortureRound.Ack;
import io.estat.testkit.FlakyProxy;
import io.estat.testkit.FlakyProxy.Manner;
import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** What befalls the store of a server, its disk, or its clock, until it is well again. */
enum Trouble {
  NONE("store well"),
  DOWN("store killed, started again"),
  HANGING("store hangs"),
  SLOW("store two seconds late"),
  CUT("reset in the middle of a put"),
  ANSWER_LOST("put done, answer lost"),
  DENIED("403 storm"),
  OVERLOADED("503 storm"),
  DISK_FULL("no file may grow"),
  JOURNAL_FULL("journal's disk full"),
  DLQ_FULL("503 storm, DLQ's disk full"),
  AHEAD("503 storm, clock + 1 hour"),
  BACK("503 storm, clock - 1 hour");

  private static final Duration STEP = Duration.ofHours(1);

  /**
   * Where it happens.
   *
   * @param proxy the server's only way to the store
   * @param clock by which the server lives, if its clock is to be moved
   */
  record Place(
      MinioServer minio, FlakyProxy proxy, IngestProcess server, Disks disks, SteppedClock clock) {}

  private final String text;

  Trouble(String text) {
    this.text = text;
  }

  boolean isOfTheClock() {
    return this == AHEAD || this == BACK;
  }

  /**
   * Whether it can befall such a server.
   *
   * @param ownDisks whether journal and dead-letter queue have disks of their own
   */
  boolean canBefall(Ack ack, boolean ownDisks) {
    return (ownDisks || !fillsADisk()) && (this != JOURNAL_FULL || ack == Ack.DISK);
  }

  /** Whether it fills a disk, for which there must be one of its own. */
  boolean fillsADisk() {
    return this == JOURNAL_FULL || this == DLQ_FULL;
  }

  /** Whether amid it the journal takes no event. */
  boolean failsTheJournal() {
    return this == DISK_FULL || this == JOURNAL_FULL;
  }

  /** Whether amid it a server has no place for what is in its memory, or cannot say so. */
  boolean leavesNoPlace(Ack ack) {
    return this == DISK_FULL || (this == DLQ_FULL && ack == Ack.MEMORY);
  }

  void begin(Place at) throws IOException, InterruptedException {
    switch (this) {
      case NONE -> {}
      case DOWN -> at.minio().kill();
      case HANGING -> at.minio().hang();
      case SLOW -> at.proxy().behave(Manner.LATE);
      case CUT -> at.proxy().behave(Manner.CUT);
      case ANSWER_LOST -> at.proxy().behave(Manner.LOSE_ANSWER);
      case DENIED -> at.proxy().behave(Manner.DENY);
      case OVERLOADED -> at.proxy().behave(Manner.OVERLOAD);
      case DISK_FULL -> limitFiles(at.server(), "0");
      case JOURNAL_FULL -> at.disks().journal().orElseThrow().fill();
      case DLQ_FULL -> {
        at.disks().dlq().orElseThrow().fill();
        at.proxy().behave(Manner.OVERLOAD);
      }
      case AHEAD -> {
        at.proxy().behave(Manner.OVERLOAD);
        at.clock().stepTo(STEP);
      }
      case BACK -> {
        at.proxy().behave(Manner.OVERLOAD);
        at.clock().stepTo(STEP.negated());
      }
    }
  }

  /** Nothing is left of it, but that a clock that was moved stays so; also if the server ended. */
  void end(Place at) throws IOException, InterruptedException {
    switch (this) {
      case NONE -> {}
      case DOWN -> at.minio().start();
      case HANGING -> at.minio().goOn();
      case DISK_FULL -> {
        if (at.server().isAlive()) {
          limitFiles(at.server(), "unlimited");
        }
      }
      case JOURNAL_FULL -> at.disks().journal().orElseThrow().free();
      case DLQ_FULL -> {
        at.disks().dlq().orElseThrow().free();
        at.proxy().behave(Manner.PASS);
      }
      default -> at.proxy().behave(Manner.PASS);
    }
  }

  /** Every write behind this length of a file fails in the kernel, as on a full disk. */
  private static void limitFiles(IngestProcess server, String bytes)
      throws IOException, InterruptedException {
    var set =
        Distribution.run(
            Map.of(), "prlimit", "--pid=" + server.pid(), "--fsize=" + bytes + ":unlimited");
    assertThat(set.exitCode()).as(set.err()).isZero();
  }

  @Override
  public String toString() {
    return text;
  }
}
