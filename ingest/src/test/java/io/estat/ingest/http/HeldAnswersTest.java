package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.batch.GroupCommit.Group;
import io.estat.ingest.batch.GroupCommit.Part;
import io.estat.ingest.http.HttpCounters.Rejected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With {@code ACK=disk} no answer leaves before the disk has its events; the test is the disk. */
class HeldAnswersTest {
  private final CollectServer server;

  HeldAnswersTest() throws IOException {
    server = new ServerPlan().ackDisk().start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Group group() throws InterruptedException {
    return Objects.requireNonNull(
        server.commits.take(CollectServer.PATIENCE.toNanos()), "nothing was appended");
  }

  /** Another connection of the same loop is served meanwhile. */
  private void assertLoopIsFree() throws IOException {
    try (RawClient other = server.connect()) {
      assertThat(other.ask(request("GET /health")).status()).isEqualTo(200);
    }
  }

  @Test
  void anEventIsAnsweredAfterItsSyncAndNobodyWaitsForThat() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a"));
      Group group = group();
      assertLoopIsFree();
      assertThat(server.counts().requests()).as("decided").isZero();
      assertThat(client.hasBytes()).isFalse();
      server.commits.commit(group);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(server.counts().accepted()).isEqualTo(1);
      client.send(post("b"));
      server.commits.commit(group());
      assertThat(client.answer().status()).as("the connection goes on").isEqualTo(200);
    }
    assertThat(server.bodies()).containsExactly("a", "b");
  }

  @Test
  void theJournalHearsOfTheEndOfEachTurn() throws Exception {
    try (RawClient client = server.connect()) {
      for (int turn = 0; turn < 3; turn++) {
        CompletableFuture<Group> group =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return Objects.requireNonNull(server.commits.take(TimeUnit.HOURS.toNanos(1)));
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        client.send(post("a"));
        server.commits.commit(group.get(1, TimeUnit.MINUTES));
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void nothingOvertakesAnAnswerOfItsConnectionThatWaits() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(
          post("a")
              + request("GET /health")
              + request("GET /collect.gif?b")
              + request("GET /nowhere")
              + post("x".repeat(20_000)));
      Group group = group();
      assertLoopIsFree();
      assertThat(client.hasBytes()).isFalse();
      server.commits.commit(group);
      server.letTheDiskTakeAll(); // the second event may have come into a group of its own
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().text()).isEqualTo("ok\n");
      assertThat(client.answer().body()).hasSize(43);
      assertThat(client.answer().status()).isEqualTo(404);
      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  /** It would be taken for a word about the request before. */
  @Test
  void theCallForABodyDoesNotOvertakeAnAnswerThatWaits() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(
          post("a") + request("POST /collect", "Content-Length: 1", "Expect: 100-continue"));
      Group group = group();
      assertLoopIsFree();
      assertThat(client.hasBytes()).isFalse();
      server.commits.commit(group);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(100);
      client.send("b");
      server.commits.commit(group());
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(server.bodies()).containsExactly("a", "b");
  }

  private static int events(Group group) {
    int events = 0;
    for (Part part : group.parts()) {
      for (ByteBuffer bytes : part.bytes()) {
        events += (int) UTF_8.decode(bytes.duplicate()).chars().filter(c -> c == '\n').count();
      }
    }
    return events;
  }

  @Test
  void ofOneConnectionNoMoreThan64AnswersWaitAndNothingBehindThemIsLost() throws Exception {
    try (RawClient client = server.connect()) {
      int left = 500;
      client.send(post("a").repeat(left) + request("GET /nowhere"));
      while (left > 0) {
        Group group = group();
        int events = events(group);
        assertThat(events).isBetween(1, 64);
        left -= events;
        server.commits.commit(group);
        for (int i = 0; i < events; i++) {
          assertThat(client.answer().status()).isEqualTo(200);
        }
      }
      assertThat(client.answer().status()).isEqualTo(404);
    }
  }

  @Test
  void whileOnePageWaitsNoOtherIsMade() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a") + request("GET /metrics").repeat(10));
      Group group = group();
      assertLoopIsFree();
      assertThat(server.pagesMade).hasValue(1);
      server.commits.commit(group);
      for (int i = 0; i < 11; i++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(server.pagesMade).hasValue(10);
    }
  }

  /** What was read behind them is taken even so, as it would be without them. */
  @Test
  void whatWaitsToBeReadWhenTheClientGoesIsTaken() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a").repeat(100));
      Group group = group();
      assertThat(events(group)).isEqualTo(64);
      client.reset();
      server.commits.commit(group);
      Group rest = group();
      assertThat(events(rest)).isEqualTo(36);
      server.commits.commit(rest);
    }
    await().until(() -> server.counts().accepted() == 100);
  }

  /** Nobody could be told any more that it was taken, and its client sends it again. */
  @Test
  void whatWaitsToBeReadIsNotTakenWhenTheServerItselfCloses() throws Exception {
    CollectServer closing = new ServerPlan().ackDisk().start();
    try (RawClient client = closing.connect()) {
      client.send(post("a").repeat(100));
      Group group = Objects.requireNonNull(closing.commits.take(CollectServer.PATIENCE.toNanos()));
      assertThat(events(group)).isEqualTo(64);
      closing.close();
      assertThat(closing.commits.take(0)).isNull();
    }
  }

  @Test
  void whatTheDiskDoesNotTakeIsRefusedAndNothingOfItIsKept() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("kept"));
      server.commits.commit(group());
      assertThat(client.answer().status()).isEqualTo(200);
      client.send(post("a\nb", "Content-Type: application/x-ndjson") + request("GET /health"));
      server.commits.fail(group());
      Answer refused = client.answer();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.ask(post("at once")).status()).isEqualTo(503);
      assertThat(server.counts().rejected()).containsEntry(Rejected.UNAVAILABLE, 2L);
      server.commits.accept();
      client.send(post("again"));
      server.commits.commit(group());
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(server.bodies()).containsExactly("kept", "again");
  }

  @Test
  void aLastAnswerThatWaitsStillLeavesBeforeTheConnectionEnds() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a", "Connection: close"));
      server.commits.commit(group());
      Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aClientThatHasEndedItsOutputGetsTheAnswerThatWaits() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a")).endOutput();
      Group group = group();
      assertLoopIsFree();
      server.commits.commit(group);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void whatWaitsToBeReadOfAClientThatHasEndedItsOutputIsAnswered() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a").repeat(500)).endOutput();
      server.letTheDiskTakeAll();
      for (int i = 0; i < 500; i++) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(server.bodies()).hasSize(500);
  }

  @Test
  void anUploadThatEndsTooEarlyDoesNotTakeTheAnswersBeforeItAlong() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a") + request("POST /collect", "Content-Length: 9") + "abc").endOutput();
      Group group = group();
      await().until(() -> server.counts().requests() == 1);
      server.commits.commit(group);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(server.counts().rejected()).containsEntry(Rejected.ABORTED, 1L);
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void aClientThatGoesAwayWhileItsAnswerWaitsIsCountedByWhatBecameOfItsEvent() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a"));
    }
    server.commits.commit(group());
    await().until(() -> server.counts().accepted() == 1);
    assertThat(server.counts().requests()).isEqualTo(1);
    assertThat(server.bodies()).containsExactly("a");
  }

  @Test
  void aServerWithAnswersThatWaitIsNotQuiet() throws Exception {
    try (RawClient client = server.connect()) {
      client.send(post("a"));
      Group group = group();
      Thread quiet =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      server.http.awaitQuiet(CollectServer.PATIENCE);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      assertThat(quiet.join(java.time.Duration.ofMillis(200))).isFalse();
      server.commits.commit(group);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(quiet.join(CollectServer.PATIENCE)).isTrue();
    }
  }
}
