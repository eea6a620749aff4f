package io.estat.ingest.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate and key, read again when a file changed. A pair that cannot be read
 * leaves the old one in use and is logged: half a renewal must not stop the server. Thread-safe.
 */
final class TlsContext {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

  private final HttpConfig.Tls files;
  private volatile SslContext current;
  private FileTime[] seen;

  /**
   * @throws IllegalArgumentException naming the files if they are not a PEM certificate chain and
   *     an unencrypted PKCS#8 key
   */
  TlsContext(HttpConfig.Tls files) {
    this.files = files;
    try {
      this.seen = modified();
      this.current = read();
    } catch (IOException e) {
      throw new IllegalArgumentException(problem(e), e);
    }
  }

  private String problem(IOException e) {
    return "TLS_CERT_FILE="
        + files.certificateFile()
        + " and TLS_KEY_FILE="
        + files.keyFile()
        + " must be a PEM certificate chain and its unencrypted PKCS#8 key: "
        + e;
  }

  private SslContext read() throws IOException {
    var pair = TlsPair.read(files);
    return SslContextBuilder.forServer(pair.key(), pair.chain())
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }

  private FileTime[] modified() throws IOException {
    return new FileTime[] {modified(files.certificateFile()), modified(files.keyFile())};
  }

  private static FileTime modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file);
  }

  /** Looks whether a file changed; called every few seconds by one thread. */
  void refresh() {
    try {
      FileTime[] now = modified();
      if (now[0].equals(seen[0]) && now[1].equals(seen[1])) {
        return;
      }
      seen = now; // also when the pair does not fit: it is tried again when it changes again
      current = read();
      LOG.info("TLS certificate read again from {}", files.certificateFile());
    } catch (IOException e) {
      LOG.error("{}; the one read before stays in use", problem(e));
    }
  }

  SslContext current() {
    return current;
  }
}
