package io.estat.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.batch.GroupCommit.Group;
import io.estat.ingest.batch.GroupCommit.Part;
import io.estat.ingest.batch.OpenBatch.Admission;
import io.estat.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What stands between the open batch and the upload queue when a 200 means "on disk". */
class GroupCommitTest {
  private Intake intake = intake(3);

  private static Intake intake(int batchEvents) {
    return Intake.withJournal(Intake.limits(batchEvents, 100, 4), new ManualClock(Intake.START));
  }

  private void append(String... bodies) {
    assertThat(intake.admit(TextLines.of(bodies))).isEqualTo(Admission.APPENDED);
    intake.assertBalanced();
  }

  private Group take() throws InterruptedException {
    return Objects.requireNonNull(intake.commits.take(0), "nothing to write");
  }

  private void commit(Group group) {
    intake.commits.commit(group);
    intake.assertBalanced();
  }

  private static String text(Part part) {
    StringBuilder text = new StringBuilder();
    for (ByteBuffer bytes : part.bytes()) {
      text.append(StandardCharsets.US_ASCII.decode(bytes.duplicate()));
    }
    return text.toString();
  }

  @Test
  void anEventIsAcceptedWhenItsGroupIsCommitted() throws Exception {
    append("a");
    assertThat(intake.ledger.cut().accepted()).isZero();
    assertThat(intake.ledger.cut().inMemory()).isZero();
    Group group = take();
    append("b");
    assertThat(text(group.parts().getFirst())).contains("\"a\"").doesNotContain("\"b\"");
    commit(group);
    assertThat(intake.waiter.kept()).isEqualTo(1);
    assertThat(intake.ledger.cut().accepted()).isEqualTo(1);
    assertThat(intake.ledger.cut().inMemory()).isEqualTo(1);
    Group next = take();
    assertThat(text(next.parts().getFirst())).contains("\"b\"").doesNotContain("\"a\"");
    commit(next);
    assertThat(intake.waiter.kept()).isEqualTo(2);
    assertThat(intake.commits.take(0)).isNull();
  }

  /** The journal's thread, waiting for a group. */
  private CompletableFuture<Group> waitingForAGroup() {
    var group = new CompletableFuture<Group>();
    Thread journal =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    group.complete(
                        Objects.requireNonNull(intake.commits.take(TimeUnit.HOURS.toNanos(1))));
                  } catch (InterruptedException | RuntimeException e) {
                    group.completeExceptionally(e);
                  }
                });
    await().until(() -> group.isDone() || journal.getState() == Thread.State.TIMED_WAITING);
    return group;
  }

  @Test
  void aGroupHasAllThatHadArrivedWhenItsTurnEnded() throws Exception {
    CompletableFuture<Group> group = waitingForAGroup();
    append("a");
    append("b");
    append("c");
    intake.open.turnEnded();
    commit(group.get(1, TimeUnit.MINUTES));
    assertThat(intake.waiter.kept()).isEqualTo(3);
  }

  @Test
  void aGroupWaitsForAsManyAsWaitedAtTheLastCommit() throws Exception {
    intake =
        Intake.withJournal(
            Intake.limits(100, 100, 4), new ManualClock(Intake.START), Duration.ofHours(1));
    append("a");
    append("b");
    Group first = take();
    append("c");
    intake.open.turnEnded();
    commit(first);
    CompletableFuture<Group> group = waitingForAGroup();
    append("d");
    intake.open.turnEnded();
    assertThat(group).as("one of three is missing").isNotDone();
    append("e");
    intake.open.turnEnded();
    commit(group.get(1, TimeUnit.MINUTES));
    assertThat(intake.waiter.kept()).isEqualTo(5);
  }

  @Test
  void aGroupDoesNotWaitLongForThoseWhoMayNotCome() throws Exception {
    intake =
        Intake.withJournal(
            Intake.limits(100, 100, 4), new ManualClock(Intake.START), Duration.ofMillis(20));
    append("a");
    append("b");
    commit(take());
    append("c");
    intake.open.turnEnded();
    commit(waitingForAGroup().get(1, TimeUnit.MINUTES));
    assertThat(intake.waiter.kept()).isEqualTo(3);
  }

  @Test
  void aSealedBatchIsHandedOnWhenAllOfItIsOnDisk() throws Exception {
    append("a", "b");
    Group group = take();
    append("c"); // seals it
    assertThat(intake.queue.depth()).isZero();
    commit(group);
    assertThat(intake.queue.depth()).as("one line is not on disk").isZero();
    commit(take());
    assertThat(Intake.lines(intake.take())).hasSize(3);
  }

  @Test
  void aBatchThatIsOnDiskIsHandedOnTheMomentItIsSealed() throws Exception {
    append("a");
    commit(take());
    intake.open.close();
    assertThat(Intake.lines(intake.take())).hasSize(1);
    intake.assertBalanced();
  }

  @Test
  void oneGroupHasTheEndOfOneBatchAndTheBeginOfTheNext() throws Exception {
    append("a", "b", "c", "d", "e");
    Group group = take();
    assertThat(group.parts()).hasSize(2);
    assertThat(group.parts().get(0).name()).isNotEqualTo(group.parts().get(1).name());
    commit(group);
    assertThat(intake.waiter.kept()).isEqualTo(1);
    assertThat(intake.ledger.cut().accepted()).isEqualTo(5);
    assertThat(Intake.lines(intake.take())).hasSize(3);
  }

  @Test
  void aFailureTakesBackWhatIsNotOnDiskAndNothingElse() throws Exception {
    append("a");
    commit(take());
    append("b");
    Group group = take();
    append("c", "d"); // seals the batch and begins another while the disk is at work
    assertThat(intake.commits.fail(group)).as("batches of which nothing is left").hasSize(1);
    intake.assertBalanced();
    assertThat(intake.waiter.kept()).isEqualTo(1);
    assertThat(intake.waiter.refused()).isEqualTo(2);
    assertThat(intake.ledger.cut().accepted()).isEqualTo(1);
    Batch batch = intake.take();
    assertThat(Intake.text(batch)).contains("\"a\"").doesNotContain("\"b\"", "\"c\"");
    assertThat(batch.events()).isEqualTo(1);
    assertThat(batch.bytes()).isEqualTo(Intake.text(batch).length());
    assertThat(intake.admit(TextLines.of("x"))).isEqualTo(Admission.NOT_TO_DISK);
    intake.commits.accept();
    append("y");
    Group next = take();
    assertThat(next.parts().getFirst().name()).isNotEqualTo(batch.name());
    commit(next);
    assertThat(intake.waiter.kept()).isEqualTo(2);
  }

  @Test
  void aFailureGivesBackAllTheRoomOfWhatItTookBack() throws Exception {
    intake = intake(100);
    long before = intake.budget.bytesTaken();
    for (int failures = 0; failures < 50; failures++) {
      for (int i = 0; i < 99; i++) {
        append("x".repeat(5000));
      }
      intake.commits.fail(take());
      intake.commits.accept();
    }
    assertThat(intake.budget.bytesTaken()).isEqualTo(before);
    append("x");
    commit(take());
    List<Batch> all = new ArrayList<>();
    intake.open.close();
    all.addAll(intake.takeAll());
    assertThat(all).hasSize(1);
    intake.queue.finish(all.getFirst(), Ledger.Flow.STORED);
    assertThat(intake.budget.bytesTaken()).isEqualTo(before);
  }
}
