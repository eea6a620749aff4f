package io.estat.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.testkit.EarlyAnsweringServer;
import io.estat.testkit.EarlyAnsweringServer.Manner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that answer early, late, by half or never: the outcome is known or said to be unknown.
 */
class S3LostOutcomeTest {
  private static final int SMALL = 1_000;
  private static final int LARGE = 3_000_000;
  private static final Duration ATTEMPT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** What a stalled machine may add; far below the ten seconds of the client's own timeouts. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final EarlyAnsweringServer server = new EarlyAnsweringServer(Manner.ANSWERS);
  private final S3Store store = S3Stores.at(server.url());

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void seesA412ThatComesBeforeTheBodyIsRead(int bytes) throws IOException {
    server.behave(Manner.ANSWERS_412_UNREAD);
    assertThat(outcome(bytes, LONG)).isIn("EXISTS", "UNKNOWN_OUTCOME");
    if (bytes == LARGE) {
      assertThat(outcome(bytes, LONG)).isEqualTo("EXISTS");
    }
  }

  @Test
  void neverTakesA412InMidBodyForAnythingElse() throws IOException {
    server.behave(Manner.WELCOMES_THEN_ANSWERS_412_UNREAD);
    for (int i = 0; i < 20; i++) {
      assertThat(outcome(LARGE, LONG)).isIn("EXISTS", "UNKNOWN_OUTCOME");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NEVER_ANSWERS, 1000",
    "NEVER_ANSWERS, 3000000",
    "STOPS_READING, 1000",
    "STOPS_READING, 3000000"
  })
  void givesUpAtTheTimeoutOfTheAttempt(Manner manner, int bytes) throws IOException {
    warmUp();
    server.behave(manner);
    long start = System.nanoTime();
    assertThat(outcome(bytes, ATTEMPT)).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(ATTEMPT, ATTEMPT.plus(SLACK));
    assertThat(Thread.currentThread().isInterrupted()).as("left behind by the timeout").isFalse();
  }

  @Test
  void givesUpAtTheTimeoutWhenConnectionsAreNotEvenAccepted() throws IOException {
    warmUp();
    List<Socket> fillers = new ArrayList<>();
    try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var away = S3Stores.at("http://127.0.0.1:" + deaf.getLocalPort())) {
      // The queue of connections that nobody accepts is full after a few.
      for (int i = 0; i < 4; i++) {
        var filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(deaf.getLocalSocketAddress(), 200);
        } catch (IOException full) {
          break;
        }
      }
      long start = System.nanoTime();
      assertThat(outcome(away, put("k", SMALL, ATTEMPT))).isEqualTo("UNKNOWN_OUTCOME");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ATTEMPT.plus(SLACK));
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESETS", "RESETS_IN_MID_BODY", "STORES_AND_LOSES_THE_ANSWER"})
  void doesNotKnowWhatAConnectionThatBreaksMeant(Manner manner) throws IOException {
    server.behave(manner);
    assertThat(outcome(LARGE, LONG)).isEqualTo("UNKNOWN_OUTCOME");
    assertThat(server.puts()).as("one request a put").isLessThanOrEqualTo(1);
  }

  @Test
  void findsWithHeadWhatWasStoredWhenTheAnswerWasLost() throws IOException {
    server.behave(Manner.STORES_AND_LOSES_THE_ANSWER);
    assertThat(outcome(LARGE, LONG)).isEqualTo("UNKNOWN_OUTCOME");
    server.behave(Manner.ANSWERS);
    var found = store.head("k", LONG).orElseThrow();
    assertThat(found.bytes()).isEqualTo(LARGE);
    assertThat(found.metadata()).isEqualTo(Map.of("batch", "b1"));
    assertThat(found.contentType()).isEqualTo("application/gzip");
    assertThat(outcome(LARGE, LONG)).isEqualTo("EXISTS");
  }

  @Test
  void doesNotKnowWhatARefusedConnectionMeansAndSaysWhere() throws IOException {
    server.close();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(put("some/key", SMALL, ATTEMPT)))
        .withMessageContaining("some/key")
        .withMessageContaining("s3://bucket")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesAnInterruptSet(boolean virtual) throws Exception {
    warmUp();
    server.behave(Manner.NEVER_ANSWERS);
    var began = new CountDownLatch(1);
    var end = new CompletableFuture<String>();
    Runnable putting =
        () -> {
          began.countDown();
          try {
            String outcome = outcome(SMALL, LONG);
            end.complete(outcome + " " + Thread.currentThread().isInterrupted());
          } catch (RuntimeException e) {
            end.completeExceptionally(e);
          }
        };
    Thread thread =
        virtual ? Thread.ofVirtual().start(putting) : Thread.ofPlatform().start(putting);
    began.await();
    thread.interrupt();
    assertThat(end.get()).isEqualTo("UNKNOWN_OUTCOME true");
  }

  /** The first call loads the SDK, which has nothing to do with the server's behaviour. */
  private void warmUp() {
    assertThat(outcome(store, put("warm-up", SMALL, LONG))).isEqualTo("STORED");
  }

  private String outcome(int bytes, Duration timeout) {
    return outcome(store, put("k", bytes, timeout));
  }

  private static String outcome(S3Store store, ObjectPut put) {
    try {
      PutOutcome outcome = store.put(put);
      return outcome.name();
    } catch (StoreException e) {
      return e.kind().name();
    }
  }

  private static ObjectPut put(String key, int bytes, Duration timeout) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return new ObjectPut(
        key, new ByteContent(content), "application/gzip", Map.of("batch", "b1"), true, timeout);
  }
}
