package io.estat.bench.etl;

import io.estat.bench.Ports;
import io.estat.bench.Usage;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code estat etl} of the distribution, with its own JVM flags, told by its own API what to do.
 */
final class EtlServer implements AutoCloseable {
  private static final long POLL_MILLIS = 200;
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Process process;
  private final Path log;
  private final String api;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Starts it and returns when it is ready.
   *
   * @param folder for its job store, its log and what it lands
   * @param javaOptions more flags for its JVM, which win over its own
   */
  EtlServer(Path folder, PostgresServer.Database database, String javaOptions)
      throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("landed"));
    int port = Ports.free();
    api = "http://127.0.0.1:" + port + "/api";
    log = folder.resolve("etl.log");
    var builder =
        new ProcessBuilder(EtlPlan.DISTRIBUTION.resolve("bin/estat").toString(), "etl")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SOURCE_URL",
                database.url(),
                "SOURCE_USERNAME",
                PostgresServer.USER,
                "SOURCE_PASSWORD",
                PostgresServer.PASSWORD,
                "STORE_URL",
                folder.resolve("landed").toUri().toString(),
                "SERVER_PORT",
                Integer.toString(port),
                // It is asked how far it is more often than a caller may.
                "RATE_LIMIT_ENABLED",
                "false",
                "ESTAT_JAVA_OPTS",
                javaOptions));
    process = builder.start();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IOException("estat etl is not ready: " + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      call("GET", "/ready", "");
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Copies one table, from the call to the manifest. */
  void copy(String table) throws IOException, InterruptedException {
    String transport =
        call("POST", "/transports", "{\"name\":\"%1$s\",\"tables\":[\"%1$s\"]}".formatted(table));
    String job = call("POST", "/transports/" + field(transport, "id") + "/execute", "");
    String id = field(job, "job_id");
    String status = field(job, "status");
    while (!status.equals("completed")) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
      String now = call("GET", "/jobs/" + id, "");
      Matcher found = Pattern.compile("\"status\":\"(failed|cancelled|completed)\"").matcher(now);
      status = now.contains("\"completed_at\":null") || !found.find() ? "running" : found.group(1);
      if (status.equals("failed") || status.equals("cancelled")) {
        throw new IOException("the job did not complete: " + now);
      }
    }
  }

  /** What its process has used so far. */
  Usage usage() throws IOException {
    return Usage.of(process.toHandle());
  }

  private String call(String method, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(api + path))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IOException("%s %s: %s".formatted(method, path, answer.body()));
      }
      return answer.body();
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      }
      throw new IOException("estat etl has ended: " + Files.readString(log), e);
    }
  }

  private static String field(String json, String name) throws IOException {
    Matcher value = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!value.find()) {
      throw new IOException("no " + name + " in " + json);
    }
    return value.group(1);
  }

  @Override
  public void close() {
    http.close();
    process.destroyForcibly();
    process.onExit().join();
  }
}
