package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectPut;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.testkit.RawHttpServer;
import io.estat.testkit.gcs.GcsCall;
import io.estat.testkit.gcs.GcsFault;
import io.estat.testkit.gcs.GcsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what a call makes of a wire that breaks or is silent. */
class GcsWireTest {
  private static final Duration ATTEMPT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** What a stalled machine may add; far below the ten seconds of the client's own timeouts. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final GcsServer server = new GcsServer();
  private final GcsStore store = GcsStores.at(server.url());

  @BeforeEach
  void createBucket() {
    server.createBucket("bucket");
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @Test
  void setsNoContentEncoding() throws Exception {
    store.put(put("k", 10, LONG));
    assertThat(server.object("bucket", "k").orElseThrow().contentEncoding()).isEmpty();
  }

  /** Cloud Storage would unpack it on the way, for clients that do not say otherwise. */
  @Test
  void givesTheBytesAsStoredOfAnObjectThatSaysItIsGzip() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write("a line\n".getBytes(StandardCharsets.UTF_8));
    }
    String session = server.url() + "/upload/storage/v1/b/bucket/o?uploadType=resumable&name=k";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest open =
          HttpRequest.newBuilder(URI.create(session))
              .POST(BodyPublishers.ofString("{\"contentEncoding\":\"gzip\"}"))
              .build();
      String address =
          client
              .send(open, BodyHandlers.discarding())
              .headers()
              .firstValue("Location")
              .orElseThrow();
      HttpRequest put =
          HttpRequest.newBuilder(URI.create(address))
              .PUT(BodyPublishers.ofByteArray(packed.toByteArray()))
              .build();
      client.send(put, BodyHandlers.discarding());
    }
    try (InputStream in = store.open("k")) {
      assertThat(in.readAllBytes()).isEqualTo(packed.toByteArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 700_000})
  void neverTakesABrokenStreamForTheEnd(int sent) throws Exception {
    store.put(put("k", 1_000_000, LONG));
    server.plan(GcsCall.MEDIA, GcsFault.cutsAnswerAfter(sent), GcsFault.answers(500));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              try (InputStream in = store.open("k")) {
                in.readAllBytes();
              }
            });
  }

  @Test
  void goesOnBehindAShortOrEmptyPage() throws Exception {
    for (String key : List.of("a", "b", "c")) {
      store.put(put(key, 1, LONG));
    }
    server.limitPages(1);
    assertThat(store.list("", "a").stream().map(ObjectInfo::key)).containsExactly("b");
    assertThat(store.list("", "c")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 3_000_000})
  void givesUpAtTheTimeoutOfTheAttemptWhenNobodyReads(int bytes) throws Exception {
    warmUp();
    var end = new CountDownLatch(1);
    try (var deaf = new RawHttpServer(request -> await(end));
        GcsStore silent = GcsStores.at(deaf.url())) {
      long start = System.nanoTime();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> silent.put(put("k", bytes, ATTEMPT)))
          .withMessageContainingAll("gs://bucket", "put of k")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(ATTEMPT.minusMillis(20), ATTEMPT.plus(SLACK));
    } finally {
      end.countDown();
    }
  }

  @Test
  void givesUpAtTheTimeoutOfTheAttemptWhenTheAnswerTrickles() throws Exception {
    warmUp();
    var end = new CountDownLatch(1);
    RawHttpServer.Handler trickle =
        request -> {
          request.answer("200 OK", "Content-Type: application/json", "Content-Length: 1000000");
          while (end.getCount() > 0) {
            request.socket().getOutputStream().write(' ');
            await(end, Duration.ofMillis(100));
          }
        };
    try (var slow = new RawHttpServer(trickle);
        GcsStore trickled = GcsStores.at(slow.url())) {
      long start = System.nanoTime();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> trickled.head("k", ATTEMPT))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ATTEMPT.plus(SLACK));
    } finally {
      end.countDown();
    }
  }

  @Test
  void endsACallWhoseVirtualThreadIsInterrupted() throws Exception {
    warmUp();
    var asked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    RawHttpServer.Handler silent =
        request -> {
          asked.countDown();
          await(end);
        };
    try (var deaf = new RawHttpServer(silent);
        GcsStore store = GcsStores.at(deaf.url())) {
      var call = new FutureTask<>(() -> store.head("k", Duration.ofMinutes(10)));
      Thread thread = Thread.startVirtualThread(call);
      asked.await();
      thread.interrupt();
      assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
      assertThat(call.exceptionNow())
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
    } finally {
      end.countDown();
    }
  }

  @Test
  void doesNotKnowWhatALostAnswerMeantAndFindsTheObject() throws Exception {
    server.plan(GcsCall.INSERT, GcsFault.LOSES_ANSWER);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(put("k", 1000, LONG)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
    assertThat(server.calls()).as("sent once").containsExactly(GcsCall.INSERT);
    assertThat(store.head("k", LONG).orElseThrow().metadata()).isEqualTo(Map.of("batch", "b1"));
  }

  /** The first call loads the library, which has nothing to do with the server's behaviour. */
  private void warmUp() throws StoreException {
    store.put(put("warm-up", 1, LONG));
    assertThat(store.head("warm-up", LONG)).isPresent();
  }

  private static void await(CountDownLatch end) throws IOException {
    await(end, Duration.ofMinutes(1));
  }

  private static void await(CountDownLatch end, Duration limit) throws IOException {
    try {
      end.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static ObjectPut put(String key, int bytes, Duration timeout) {
    return new ObjectPut(
        key,
        new ByteContent(new byte[bytes]),
        "application/gzip",
        Map.of("batch", "b1"),
        true,
        timeout);
  }
}
