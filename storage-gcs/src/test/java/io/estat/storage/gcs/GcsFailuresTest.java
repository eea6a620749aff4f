package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStores;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.StoreSettings;
import io.estat.testkit.gcs.GcsCall;
import io.estat.testkit.gcs.GcsFault;
import io.estat.testkit.gcs.GcsServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each answer of the store means to the caller. */
class GcsFailuresTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final GcsServer server = new GcsServer();
  private final GcsStore store = GcsStores.at(server.url());

  @TempDir Path folder;

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

  @Test
  void knowsThatNothingWasSentWhenTheTokenIsRefused() throws Exception {
    Path key = Files.writeString(folder.resolve("key.json"), key(server.url() + "/token"));
    var settings = new StoreSettings(null, server.url(), key, TIMEOUT);
    try (var denied = ObjectStores.open(URI.create("gs://bucket"), settings)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> denied.put(put()))
          .withMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void knowsThatNothingWasSentWithoutTheFileOfTheCredentials() {
    var settings = new StoreSettings(null, server.url(), folder.resolve("absent.json"), TIMEOUT);
    try (var denied = ObjectStores.open(URI.create("gs://bucket"), settings)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> denied.list("", null))
          .withMessageContaining("absent.json")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
  }

  private static String key(String tokenUrl) throws Exception {
    byte[] pkcs8 = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    String pem =
        "-----BEGIN PRIVATE KEY-----\\n"
            + Base64.getEncoder().encodeToString(pkcs8)
            + "\\n-----END PRIVATE KEY-----\\n";
    return """
        {"type": "service_account", "client_id": "1", "client_email": "a@example.org",
         "private_key_id": "1", "private_key": "%s", "token_uri": "%s"}
        """
        .formatted(pem, tokenUrl);
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
