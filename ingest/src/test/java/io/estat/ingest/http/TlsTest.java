package io.estat.ingest.http;

import static io.estat.ingest.http.RawClient.post;
import static io.estat.ingest.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir private static Path made;
  @TempDir private Path folder;
  private HttpConfig.Tls files = new HttpConfig.Tls(Path.of("cert"), Path.of("key"));

  @BeforeAll
  static void makeCertificates() {
    for (String name : new String[] {"one", "two"}) {
      Certificates.write(name, pair(made, name), made);
    }
  }

  private static HttpConfig.Tls pair(Path in, String name) {
    return new HttpConfig.Tls(in.resolve(name + ".crt"), in.resolve(name + ".key"));
  }

  @BeforeEach
  void useTheFirst() throws IOException {
    files = pair(folder, "server");
    install("one", "one");
  }

  private void install(String certificate, String key) throws IOException {
    install(pair(made, certificate).certificateFile(), files.certificateFile());
    install(pair(made, key).keyFile(), files.keyFile());
  }

  /** Each installation is younger than the one before, however coarse the clock of the disk. */
  private static void install(Path from, Path to) throws IOException {
    long before = Files.exists(to) ? Files.getLastModifiedTime(to).toMillis() : 0;
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(to, FileTime.fromMillis(before + 2_000));
  }

  private static SSLSocket socket(int port) throws IOException {
    return over(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  private static SSLSocket over(Socket connected) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
      return (SSLSocket)
          context
              .getSocketFactory()
              .createSocket(connected, "localhost", connected.getPort(), true);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String subjectServedBy(CollectServer server) throws IOException {
    try (SSLSocket socket = socket(server.port())) {
      socket.startHandshake();
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  /** A test client: that the right certificate is served is looked at by name. */
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void servesEventsOverTls() throws IOException {
    try (CollectServer server = new ServerPlan().tls(files).start();
        var client = new RawClient(socket(server.port()))) {
      assertThat(client.ask(post("a")).status()).isEqualTo(200);
      client.send(post("b") + request("GET /collect?c"));
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.ask(post("x".repeat(20_000))).status()).isEqualTo(413);
      assertThat(client.ask(post("d", "Connection: close")).status()).isEqualTo(200);
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(server.bodies()).containsExactly("a", "b", "c", "d");
    }
  }

  @Test
  void losesNothingForAClientThatPipelinesAndReadsLate() throws IOException {
    var plan = new ServerPlan().tls(files);
    plan.channelEvents = 200_000;
    try (CollectServer server = plan.start();
        Socket plain = LateReader.connect(server.port());
        SSLSocket socket = over(plain)) {
      int sent = new LateReader(server, plain, new RawClient(socket)).run(i -> post("event=" + i));
      assertThat(server.bodies()).hasSize(sent);
    }
  }

  @Test
  void speaksTls13And12() throws IOException {
    try (CollectServer server = new ServerPlan().tls(files).start()) {
      for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
        try (SSLSocket socket = socket(server.port())) {
          socket.setEnabledProtocols(new String[] {version});
          assertThat(new RawClient(socket).ask(post(version)).status()).isEqualTo(200);
          assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
      }
    }
  }

  @Test
  void takesARenewedCertificateForNewConnectionsAndKeepsTheOldOnes() throws IOException {
    try (CollectServer server = new ServerPlan().tls(files).start();
        var old = new RawClient(socket(server.port()))) {
      assertThat(old.isUsable()).isTrue();
      assertThat(subjectServedBy(server)).isEqualTo("CN=one");
      install("two", "two");
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(subjectServedBy(server)).isEqualTo("CN=two"));
      assertThat(old.isUsable()).isTrue();
    }
  }

  @Test
  void keepsTheOldPairWhileTheNewOneIsHalfThere() throws IOException {
    var tls = new TlsContext(files);
    var first = tls.current();
    tls.refresh();
    assertThat(tls.current()).as("nothing changed").isSameAs(first);
    install(pair(made, "two").certificateFile(), files.certificateFile());
    tls.refresh();
    assertThat(tls.current()).as("the key is still the old one").isSameAs(first);
    Files.delete(files.certificateFile());
    tls.refresh();
    assertThat(tls.current()).as("no certificate at all").isSameAs(first);
    install("two", "two");
    tls.refresh();
    assertThat(tls.current()).isNotSameAs(first);
  }

  @Test
  void namesTheFilesThatAreNoCertificateAndKey() throws IOException {
    Files.writeString(files.keyFile(), "no key");
    assertThatThrownBy(() -> new ServerPlan().tls(files).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(files.certificateFile().toString())
        .hasMessageContaining(files.keyFile().toString())
        .hasMessageContaining("PKCS#8");
  }

  @Test
  void refusesACertificateWithAKeyThatIsNotItsOwn() throws IOException {
    install("one", "two");
    assertThatThrownBy(() -> new ServerPlan().tls(files).start())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closesOnWhatIsNoHandshakeAndServesOthers() throws IOException {
    try (CollectServer server = new ServerPlan().tls(files).start();
        var good = new RawClient(socket(server.port()))) {
      assertThat(good.isUsable()).isTrue();
      for (String garbage :
          new String[] {
            post("plain"), "\0\0\0\0\0\0\0\0", "\u0016\u0003\u0001\u0000\u0005garbage"
          }) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          var bad = new RawClient(socket).send(garbage);
          socket.shutdownOutput();
          assertThat(good.ask(post("meanwhile")).status()).isEqualTo(200);
          assertThat(socket.getInputStream().readAllBytes().length).isLessThan(100);
          bad.close();
        }
      }
      assertThat(server.bodies()).containsOnly("meanwhile").hasSize(3);
    }
  }

  @Test
  void closesInSilenceOnAConnectionTooMany() throws IOException {
    try (CollectServer server = new ServerPlan().tls(files).maxConnections(1).start();
        var first = new RawClient(socket(server.port()))) {
      assertThat(first.isUsable()).isTrue();
      try (RawClient second = server.connect()) {
        assertThat(second.isClosedByServer()).as("no HTTP outside of TLS").isTrue();
      }
      assertThat(first.isUsable()).isTrue();
    }
  }
}
