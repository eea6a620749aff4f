package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a process of its own, started by the real launcher. Its dead-letter queue lies in a
 * folder of the test's, its port is any free one and read from its log. Killed by {@link #close} if
 * it still runs.
 */
final class IngestProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration END_LIMIT = Duration.ofSeconds(120);
  private static final Pattern PORT = Pattern.compile("listening on port (\\d+)");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final Path out;
  private final Path err;

  private IngestProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What to start: {@code estat ingest} with these variables, and nothing else of ours. */
  static final class Setup {
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> prefix = List.of();
    private List<String> command = List.of("ingest");

    /**
     * @param folder for the dead-letter queue and the output
     */
    Setup(Path folder) {
      this.folder = folder;
      with("HTTP_ADDR", "127.0.0.1:0").with("DLQ_DIR", folder.resolve("dlq").toString());
      with("STORE_URL", folder.resolve("store").toUri().toString()).with("LOG_PRETTY", "true");
    }

    Setup with(String name, String value) {
      environment.put(name, value);
      return this;
    }

    Setup without(String name) {
      environment.remove(name);
      return this;
    }

    /** A server that takes no connections, or any other, instead of the folder. */
    Setup s3(String endpoint, String bucket) {
      return with("STORE_URL", "s3://" + bucket)
          .with("S3_ENDPOINT", endpoint)
          .with("AWS_ACCESS_KEY_ID", MinioServer.USER)
          .with("AWS_SECRET_ACCESS_KEY", MinioServer.PASSWORD);
    }

    /** Words before the launcher, such as {@code taskset -c 0}. */
    Setup under(String... words) {
      prefix = List.of(words);
      return this;
    }

    /** Another command than {@code ingest}. */
    Setup command(String... words) {
      command = List.of(words);
      return this;
    }

    Path folder() {
      return folder;
    }

    Path store() {
      return folder.resolve("store");
    }

    Path dlq() {
      return Path.of(environment.getOrDefault("DLQ_DIR", ""));
    }

    /** Starts it and returns at once. */
    IngestProcess launch() throws IOException {
      List<String> words = new ArrayList<>(prefix);
      words.add(Distribution.built().folder() + "/bin/estat");
      words.addAll(command);
      Path out = Files.createTempFile(folder, "server", ".out");
      Path err = Files.createTempFile(folder, "server", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.directory(folder.toFile()).environment().putAll(environment);
      return new IngestProcess(builder.start(), out, err);
    }

    /** Starts it and returns when it is ready. */
    IngestProcess start() throws IOException {
      IngestProcess server = launch();
      try {
        server.awaitReady();
      } catch (RuntimeException | Error e) {
        server.close();
        throw e;
      }
      return server;
    }
  }

  void awaitReady() {
    await("ready")
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .failFast(() -> assertThat(process.isAlive()).as("alive: " + out() + err()).isTrue())
        .until(() -> PORT.matcher(out()).find() && answers("/ready", 200));
  }

  int port() {
    Matcher port = PORT.matcher(out());
    assertThat(port.find()).as("the port in " + out() + err()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  HttpResponse<String> get(String path) throws IOException {
    return send(request(path).GET());
  }

  /** Sends one event. */
  HttpResponse<String> collect(String body) throws IOException {
    return send(request("/collect").POST(BodyPublishers.ofString(body)));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(60));
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Whether a GET is answered with this status, by a new look each time. */
  boolean answers(String path, int status) {
    try {
      return get(path).statusCode() == status;
    } catch (IOException e) {
      return false;
    }
  }

  Metrics metrics() throws IOException {
    return Metrics.parse(get("/metrics").body());
  }

  /** TERM, INT, KILL, STOP, CONT. */
  void signal(String name) throws IOException, InterruptedException {
    Distribution.run(Map.of(), "kill", "-" + name, Long.toString(pid()));
  }

  /** Waits for the end and returns the exit code. */
  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)).as("ends").isTrue();
    return process.exitValue();
  }

  /** SIGTERM, then the exit code. */
  int stop() throws IOException, InterruptedException {
    signal("TERM");
    return awaitExit();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
