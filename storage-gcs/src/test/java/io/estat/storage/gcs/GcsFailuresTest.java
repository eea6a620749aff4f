package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.StoreException;
import io.estat.testkit.gcs.GcsCall;
import io.estat.testkit.gcs.GcsFault;
import io.estat.testkit.gcs.GcsServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each answer of the store means to the caller. */
class GcsFailuresTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

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

  @ParameterizedTest
  @CsvSource({
    "400, REJECTED, DENIED, REJECTED",
    "401, DENIED, DENIED, DENIED",
    "403, DENIED, DENIED, DENIED",
    "404, NO_BUCKET, ABSENT, NO_OBJECT",
    "408, UNKNOWN_OUTCOME, UNKNOWN_OUTCOME, UNKNOWN_OUTCOME",
    "409, CONFLICT, CONFLICT, CONFLICT",
    "412, EXISTS, DENIED, REJECTED",
    "429, THROTTLED, THROTTLED, THROTTLED",
    "500, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE",
    "502, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE",
    "503, THROTTLED, THROTTLED, THROTTLED",
    "504, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE",
  })
  void saysWhatAnAnswerMeans(int status, String put, String head, String open) {
    server.plan(GcsCall.INSERT, GcsFault.answers(status));
    server.plan(GcsCall.GET, GcsFault.answers(status));
    server.plan(GcsCall.MEDIA, GcsFault.answers(status));
    assertThat(outcome(() -> store.put(put()).name())).isEqualTo(put);
    assertThat(outcome(() -> store.head("a/key", TIMEOUT).isPresent() ? "PRESENT" : "ABSENT"))
        .isEqualTo(head);
    assertThat(outcome(() -> store.open("a/key").toString())).isEqualTo(open);
    assertThat(server.calls())
        .as("each is tried once")
        .containsExactly(GcsCall.INSERT, GcsCall.GET, GcsCall.MEDIA);
  }

  @Test
  void namesStoreKeyAndStatus() {
    server.plan(GcsCall.INSERT, GcsFault.answers(403));
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.put(put()))
        .withMessageContainingAll("gs://bucket", "a/key", "403", "as the test asked for");
  }

  @Test
  void saysThatTheBucketIsMissing() {
    try (GcsStore missing = GcsStores.at(server.url(), "none", TIMEOUT)) {
      assertThat(outcome(() -> missing.put(put()).name())).isEqualTo("NO_BUCKET");
      assertThat(outcome(() -> missing.open("k").toString())).isEqualTo("NO_BUCKET");
      assertThat(outcome(() -> missing.list("", null).toString())).isEqualTo("NO_BUCKET");
    }
  }

  private interface Asked {
    String ask() throws StoreException;
  }

  private static String outcome(Asked asked) {
    try {
      return asked.ask();
    } catch (StoreException e) {
      return e.kind().name();
    }
  }

  private static ObjectPut put() {
    return new ObjectPut(
        "a/key", new ByteContent(new byte[10]), "application/gzip", Map.of(), true, TIMEOUT);
  }
}
