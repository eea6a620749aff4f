package io.estat.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Oracle's driver with wallets of its own kind against a listener that wants a client certificate.
 * The listener knows TLS only, so that no connection comes about: what counts is whom it saw.
 */
@Timeout(300)
class OracleMutualTlsTest {
  @TempDir static Path folder;
  private static Path wallet;
  private static Path strangersWallet;
  private static SSLServerSocket listener;

  /** Whom the listener saw, or how the handshake failed. */
  private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();

  @BeforeAll
  static void listen() throws Exception {
    var wallets = new OracleWallets(folder);
    Path server = wallets.keyStore("server");
    wallet = wallets.wallet("wallet", wallets.keyStore("reader"), "server");
    strangersWallet = wallets.wallet("stranger", wallets.keyStore("somebody"), "server");
    wallets.trust(server, "reader");
    listener = listener(server);
    Thread.ofPlatform().daemon().start(OracleMutualTlsTest::accept);
  }

  private static SSLServerSocket listener(Path store) throws Exception {
    var keys = KeyStore.getInstance("PKCS12");
    try (InputStream stored = Files.newInputStream(store)) {
      keys.load(stored, OracleWallets.PASSWORD.toCharArray());
    }
    var own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, OracleWallets.PASSWORD.toCharArray());
    var trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(keys);
    var context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
    socket.setNeedClientAuth(true);
    return socket;
  }

  private static void accept() {
    while (!listener.isClosed()) {
      try (var client = (SSLSocket) listener.accept()) {
        client.startHandshake();
        SEEN.add(client.getSession().getPeerPrincipal().getName());
      } catch (Exception e) {
        SEEN.add("refused: " + e.getMessage());
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    listener.close();
  }

  private static SQLException connect(Path walletFolder) throws SQLException {
    SEEN.clear();
    var settings =
        new SourceSettings(
            "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCPS)(HOST=127.0.0.1)(PORT=%d))(CONNECT_DATA=(SERVICE_NAME=S)))"
                .formatted(listener.getLocalPort()),
            "u",
            "p",
            Map.of(
                "oracle.net.wallet_location",
                "(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY=%s)))".formatted(walletFolder),
                "oracle.net.ssl_server_dn_match",
                "false"),
            0,
            1,
            1,
            1,
            1,
            null,
            "estat test");
    var connections = new DriverConnections(new OracleDialect(), settings);
    return catchThrowableOfType(SQLException.class, connections::open);
  }

  @Test
  void theListenerSeesTheCertificateOfThePoolsWallet() throws Exception {
    connect(wallet);
    assertThat(SEEN.poll(30, TimeUnit.SECONDS)).isEqualTo("CN=reader");
  }

  @Test
  void aWalletThatTheListenerDoesNotKnowIsNamedWithTheFix() throws Exception {
    SQLException failure = connect(strangersWallet);
    assertThat(SEEN.poll(30, TimeUnit.SECONDS)).startsWith("refused: ");
    assertNamesTheFix(failure, strangersWallet);
  }

  @Test
  void aMissingWalletIsNamedWithTheFix() throws Exception {
    assertNamesTheFix(connect(folder.resolve("nothing")), folder.resolve("nothing"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertNamesTheFix(connect(empty), empty);
  }

  private static void assertNamesTheFix(SQLException failure, Path walletFolder) {
    assertThat((Throwable) failure)
        .hasMessageContaining(walletFolder.toString())
        .hasMessageContaining("set oracle.wallet_path to the folder of the wallet");
    assertThat(new OracleDialect().classify(failure)).isEqualTo(SourceFailure.DENIED);
  }
}
