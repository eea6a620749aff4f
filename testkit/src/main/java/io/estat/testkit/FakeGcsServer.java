package io.estat.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A fake-gcs-server process on 127.0.0.1 with its data in a folder of the test's. The binary is
 * that of {@code FAKE_GCS_SERVER_BIN}, of the PATH, or {@code ~/go/bin/fake-gcs-server}. Good for
 * the path without faults and for conditional creates; of sessions it gets statuses, repeated
 * parts, cancellations and hashes wrong, which {@link io.estat.testkit.gcs.GcsServer} gets right.
 * Used by one thread.
 */
public final class FakeGcsServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private final Process process;

  /**
   * Starts the process and returns when it serves.
   *
   * @param folder where data and log go
   */
  public FakeGcsServer(Path folder) throws IOException {
    this.folder = folder;
    port = freePort();
    Files.createDirectories(data());
    var command =
        List.of(
            binary().toString(),
            "-scheme",
            "http",
            "-host",
            "127.0.0.1",
            "-port",
            Integer.toString(port),
            "-backend",
            "filesystem",
            "-filesystem-root",
            data().toString(),
            "-external-url",
            url());
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    awaitReady();
  }

  private static Path binary() {
    Stream<String> onPath =
        Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
            .map(directory -> directory + "/fake-gcs-server");
    return Stream.of(
            Stream.ofNullable(System.getenv("FAKE_GCS_SERVER_BIN")),
            onPath,
            Stream.of(System.getProperty("user.home") + "/go/bin/fake-gcs-server"))
        .flatMap(places -> places)
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no fake-gcs-server found in FAKE_GCS_SERVER_BIN, PATH or ~/go/bin; install it"
                        + " with 'go install github.com/fsouza/fake-gcs-server@latest'"));
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A folder in the data folder is a bucket, also to a server that runs. */
  public void createBucket(String bucket) throws IOException {
    Files.createDirectories(data().resolve(bucket));
  }

  private void awaitReady() throws IOException {
    long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
        process.destroyForcibly();
        throw new IOException("fake-gcs-server did not start:\n" + Files.readString(log()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private boolean isReady() {
    var request =
        HttpRequest.newBuilder(URI.create(url() + "/_internal/healthcheck"))
            .timeout(Duration.ofSeconds(1))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("fake-gcs-server.log");
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
