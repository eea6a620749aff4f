package io.estat.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectStore;
import io.estat.storage.ObjectStores;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.PutOutcome;
import io.estat.storage.StoreException;
import io.estat.storage.StoreException.Kind;
import io.estat.storage.StoreSettings;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadOutcome;
import io.estat.storage.UploadRetry;
import io.estat.testkit.RawHttpServer;
import io.estat.testkit.RawHttpServer.Request;
import io.estat.testkit.gcs.GcsServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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

/** The key file of a service account: its token goes with every request. */
class GcsCredentialsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String TOKEN = "token-of-the-test";

  private final GcsServer server = new GcsServer();
  private final RawHttpServer tokens = new RawHttpServer(GcsCredentialsTest::issue);

  @TempDir Path folder;

  private static void issue(Request request) throws IOException {
    request.body().skipNBytes(request.contentLength());
    String json =
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}".formatted(TOKEN);
    request.answer(
        "200 OK",
        "Content-Type: application/json",
        "Content-Length: " + json.length(),
        "Connection: close");
    request.socket().getOutputStream().write(json.getBytes(StandardCharsets.US_ASCII));
  }

  @BeforeEach
  void createBucket() {
    server.createBucket("bucket");
    server.requireToken(TOKEN);
  }

  @AfterEach
  void close() {
    server.close();
    tokens.close();
  }

  @Test
  void sendsATokenWithPutsAndSessions() throws Exception {
    var request =
        new ObjectUploadRequest(
            "large",
            "application/gzip",
            Map.of(),
            GcsSession.UNIT_BYTES,
            new UploadBudget(4L * GcsSession.UNIT_BYTES),
            TIMEOUT,
            UploadRetry.NEVER);
    byte[] bytes = new byte[3 * GcsSession.UNIT_BYTES];
    try (ObjectStore store = open(keyFile(tokens.url()));
        ObjectUpload upload = store.upload(request)) {
      assertThat(store.put(put())).isEqualTo(PutOutcome.STORED);
      upload.append(bytes, 0, bytes.length);
      assertThat(upload.commit()).isInstanceOf(UploadOutcome.Stored.class);
    }
  }

  @Test
  void saysThatAccessIsDeniedWithoutCredentials() {
    try (GcsStore store = GcsStores.at(server.url())) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.put(put()))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
  }

  @Test
  void knowsThatNothingWasSentWhenTheTokenIsRefused() throws Exception {
    try (ObjectStore store = open(keyFile(server.url() + "/no-tokens-here"))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.put(put()))
          .withMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void namesTheFileThatIsMissing() {
    try (ObjectStore store = open(folder.resolve("absent.json"))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.list("", null))
          .withMessageContaining("absent.json")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
  }

  private ObjectStore open(Path credentials) {
    return ObjectStores.open(
        URI.create("gs://bucket"), new StoreSettings(null, server.url(), credentials, TIMEOUT));
  }

  private Path keyFile(String tokenUrl) throws Exception {
    byte[] pkcs8 = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    String pem =
        "-----BEGIN PRIVATE KEY-----\\n"
            + Base64.getEncoder().encodeToString(pkcs8)
            + "\\n-----END PRIVATE KEY-----\\n";
    String json =
        """
        {"type": "service_account", "client_id": "1", "client_email": "a@example.org",
         "private_key_id": "1", "private_key": "%s", "token_uri": "%s"}
        """
            .formatted(pem, tokenUrl);
    return Files.writeString(folder.resolve("key.json"), json);
  }

  private static ObjectPut put() {
    return new ObjectPut(
        "a/key", new ByteContent(new byte[10]), "application/gzip", Map.of(), true, TIMEOUT);
  }
}
