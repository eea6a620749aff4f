package io.estat.ingest.config;

import static io.estat.ingest.config.Setting.*;

import io.estat.ingest.http.Cors;
import io.estat.ingest.http.HttpConfig;
import io.estat.ingest.http.HttpConfig.Tls;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listening side: ports, limits, who may send. */
final class HttpReader {
  private final Values values;
  private final int cpus;

  HttpReader(Values values, int cpus) {
    this.values = values;
    this.cpus = cpus;
  }

  /**
   * @param collectedHeaders what a page must be allowed to send so that it can be kept
   */
  HttpConfig read(List<String> collectedHeaders) {
    int threads =
        values.isSet(IO_THREADS) ? values.integer(IO_THREADS, 1, 64) : Math.clamp(cpus, 1, 64);
    InetSocketAddress admin = values.isSet(ADMIN_ADDR) ? values.address(ADMIN_ADDR) : null;
    return new HttpConfig(
        values.address(HTTP_ADDR),
        admin,
        threads,
        values.integer(MAX_BODY_SIZE, 1, 1 << 20),
        values.integer(MAX_CONNECTIONS, 1, 1_000_000),
        HttpConfig.Timeouts.DEFAULTS,
        cors(collectedHeaders),
        writeKeys(),
        tls(),
        values.flag(STATUS_PAGE));
  }

  /** Commas alone are no key; whoever wrote them did not mean that everybody may send. */
  private List<String> writeKeys() {
    List<String> keys = values.list(WRITE_KEYS);
    if (values.isSet(WRITE_KEYS) && keys.isEmpty()) {
      values.problem(WRITE_KEYS, values.text(WRITE_KEYS));
    }
    return keys;
  }

  private Cors cors(List<String> collectedHeaders) {
    List<String> origins = values.list(CORS_ORIGINS);
    for (String origin : origins) {
      if (!origin.matches("[a-z][a-z0-9+.-]*://[^/\\s]+")) {
        values.problem("CORS_ORIGINS: '" + origin + "' is no origin like https://www.example.com");
      }
    }
    return new Cors(origins, collectedHeaders);
  }

  private @Nullable Tls tls() {
    if (!values.isSet(TLS_CERT_FILE) && !values.isSet(TLS_KEY_FILE)) {
      return null;
    }
    for (Setting file : List.of(TLS_CERT_FILE, TLS_KEY_FILE)) {
      if (!values.isSet(file)) {
        values.problem(file + " is missing: a certificate and its key go together");
      } else if (!Files.isReadable(Path.of(values.text(file)))) {
        values.problem(file + "=" + values.text(file) + ": no such file, or not readable");
      }
    }
    return new Tls(Path.of(values.text(TLS_CERT_FILE)), Path.of(values.text(TLS_KEY_FILE)));
  }
}
