package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.ingest.http.HttpCounters.Counts;
import io.estat.ingest.http.HttpCounters.Rejected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** requests = accepted + every rejected, each request once and with its reason. */
class RequestCountTest {
  private static void assertIdentity(Counts counts) {
    long rejected = counts.rejected().values().stream().mapToLong(Long::longValue).sum();
    assertThat(counts.requests()).isEqualTo(counts.accepted() + rejected);
  }

  private static Counts countsAfter(ServerPlan plan, String... requests) throws IOException {
    try (CollectServer server = plan.start()) {
      for (String request : requests) {
        try (RawClient client = server.connect()) {
          client.ask(request);
        }
      }
      Counts counts = server.counts();
      assertIdentity(counts);
      return counts;
    }
  }

  @Test
  void countsEachAcceptedRequestOnce() throws IOException {
    Counts counts =
        countsAfter(
            new ServerPlan(),
            post("a"),
            post("a\nb\nc", "Content-Type: application/x-ndjson"),
            request("GET /collect?a"),
            request("GET /collect.gif?a"),
            request("GET /collect?a", "Content-Length: 3") + "abc");
    assertThat(counts).isEqualTo(new Counts(5, 5, Map.of(), 0));
  }

  @Test
  void countsNothingButPostAndGetOfTheEventPaths() throws IOException {
    Counts counts =
        countsAfter(
            new ServerPlan(),
            request("OPTIONS /collect"),
            request("PUT /collect"),
            request("DELETE /collect.gif?a"),
            request("GET /health"),
            request("GET /metrics"),
            request("GET /nothing"),
            post("x").replace("/collect", "/other"));
    assertThat(counts).isEqualTo(new Counts(0, 0, Map.of(), 0));
  }

  @Test
  void countsHeadsThatCannotBeReadOutside() throws IOException {
    Counts counts =
        countsAfter(
            new ServerPlan(),
            "nonsense\r\n\r\n",
            post("a", "Bad: \0"),
            post("a", "Content-Length: 2"),
            request("GET /nothing").replace("Host: localhost\r\n", ""));
    assertThat(counts).isEqualTo(new Counts(0, 0, Map.of(), 4));
  }

  @Test
  void countsEachRejectionUnderItsReason() throws IOException {
    assertThat(
            countsAfter(new ServerPlan().room(1), post("a"), post("b"), request("GET /collect?c")))
        .isEqualTo(new Counts(3, 1, Map.of(Rejected.QUEUE_FULL, 2L), 0));
    assertThat(
            countsAfter(
                new ServerPlan().writeKeys("k"),
                post("a"),
                request("GET /collect.gif?a"),
                request("GET /collect?key=k")))
        .isEqualTo(new Counts(3, 1, Map.of(Rejected.UNAUTHORIZED, 2L), 0));
    assertThat(countsAfter(new ServerPlan(), post("x".repeat(20_000))))
        .isEqualTo(new Counts(1, 0, Map.of(Rejected.BODY_TOO_LARGE, 1L), 0));
    assertThat(
            countsAfter(
                new ServerPlan(),
                request("GET /collect"),
                request("GET /collect.gif"),
                request("POST /collect.gif"),
                post("a", "Host: again"),
                post("a", "Content-Encoding: gzip"),
                post("a", "Content-Encoding: br"),
                post("a", "Expect: more")))
        .isEqualTo(new Counts(7, 0, Map.of(Rejected.BAD_REQUEST, 7L), 0));
  }

  @Test
  void countsWhatComesAfterTheLastBatchAsUnavailable() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      server.closeBatch();
      client.ask(post("a"));
      assertThat(server.counts()).isEqualTo(new Counts(1, 0, Map.of(Rejected.UNAVAILABLE, 1L), 0));
    }
  }

  @Test
  void countsAnUploadOnceWhereverItIsAborted() throws IOException {
    String request = post("some text");
    int head = request.indexOf("some");
    try (CollectServer server = CollectServer.start()) {
      for (int length = 1; length < request.length(); length++) {
        try (RawClient client = server.connect()) {
          client.send(request.substring(0, length));
          client.endOutput();
          assertThat(client.isClosedByServer() || length < head).isTrue();
        } catch (AssertionError answered) {
          assertThat(length).as("only a broken head may be answered").isLessThan(head);
        }
      }
      long aborted = (long) request.length() - head;
      await()
          .atMost(CollectServer.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(server.counts().rejected())
                      .isEqualTo(Map.of(Rejected.ABORTED, aborted)));
      assertThat(server.counts().requests()).isEqualTo(aborted);
      assertThat(server.events()).isEmpty();
    }
  }

  @Test
  void countsARequestThatIsRefusedInItsMiddleOnce() throws IOException {
    try (CollectServer server = CollectServer.start();
        RawClient client = server.connect()) {
      client.send(request("POST /collect", "Content-Length: 20000") + "x".repeat(17_000));
      assertThat(client.answer().status()).isEqualTo(413);
      client.reset();
      await().atMost(CollectServer.PATIENCE).until(() -> server.http.openConnections() == 0);
      assertThat(server.counts())
          .isEqualTo(new Counts(1, 0, Map.of(Rejected.BODY_TOO_LARGE, 1L), 0));
    }
  }

  @Test
  void holdsAtEveryLookUnderTraffic() throws Exception {
    var plan = new ServerPlan().room(200);
    plan.ioThreads = 3;
    List<String> kinds =
        List.of(
            post("a"),
            request("GET /collect?a"),
            request("GET /collect"),
            post("x".repeat(20_000)),
            post("a", "Content-Encoding: gzip"),
            request("OPTIONS /collect"),
            request("GET /health"));
    try (CollectServer server = plan.start()) {
      List<Thread> clients = new ArrayList<>();
      var failed = new AtomicBoolean();
      for (int i = 0; i < 6; i++) {
        var random = new Random(i);
        clients.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try (RawClient client = server.connect()) {
                        for (int n = 0; n < 200; n++) {
                          client.ask(kinds.get(random.nextInt(kinds.size())));
                        }
                      } catch (IOException e) {
                        failed.set(true);
                      }
                    }));
      }
      while (clients.stream().anyMatch(Thread::isAlive)) {
        assertIdentity(server.counts());
        LockSupport.parkNanos(100_000);
      }
      assertThat(failed).isFalse();
      Counts counts = server.counts();
      assertIdentity(counts);
      assertThat(counts.accepted()).isEqualTo(200).isEqualTo(server.events().size());
      assertThat(counts.rejected())
          .containsOnlyKeys(Rejected.QUEUE_FULL, Rejected.BAD_REQUEST, Rejected.BODY_TOO_LARGE);
    }
  }
}
