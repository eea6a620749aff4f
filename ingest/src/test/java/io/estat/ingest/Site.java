package io.estat.ingest;

import io.estat.ingest.batch.Time;
import io.estat.ingest.config.ConfigException;
import io.estat.ingest.config.ConfigReader;
import io.estat.ingest.config.IngestConfig;
import io.estat.storage.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A whole server on a free port, and a client. */
final class Site implements AutoCloseable {
  final IngestServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private boolean stopped;

  Site(ObjectStore store, Path dlqFolder, String... settings) throws IOException, ConfigException {
    this(store, config(dlqFolder, settings));
  }

  Site(ObjectStore store, IngestConfig config) throws IOException {
    server = new IngestServer(config, store, Time.system());
    server.start();
  }

  /** As the environment of a small server makes it. */
  static IngestConfig config(Path dlqFolder, String... settings) throws ConfigException {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "STORE_URL", "file:///not-used",
                "HTTP_ADDR", "127.0.0.1:0",
                "DLQ_DIR", dlqFolder.toString(),
                "DRAIN_DELAY", "0s",
                "SHUTDOWN_TIMEOUT", "10s",
                "IO_THREADS", "2"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    return ConfigReader.read(environment, new ConfigReader.Machine(2, 1L << 30, "site"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  /** Returns the status. */
  int post(String body) throws IOException {
    try (var connection = new KeptConnection(server.port())) {
      return connection.post(body).status();
    }
  }

  HttpResponse<String> read(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  MetricsText scrape() throws IOException, InterruptedException {
    return new MetricsText(read("/metrics").body());
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Returns the events lost. */
  long stop() throws IOException {
    stopped = true;
    try {
      return server.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a test", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!stopped) {
      stop();
    }
    client.close();
  }
}
