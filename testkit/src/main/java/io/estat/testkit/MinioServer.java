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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A MinIO process on 127.0.0.1 with its data in a folder of the test's; it can be hung, killed and
 * started again on the same port and folder. The binary is that of {@code MINIO_BIN}, of the PATH,
 * or {@code ~/go/bin/minio}. Used by one thread.
 */
public final class MinioServer implements AutoCloseable {
  public static final String USER = "test-root-user";
  public static final String PASSWORD = "test-root-password";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Path binary;
  private final Path folder;
  private final int port;
  private @Nullable Process process;

  /**
   * @param folder where data and log go; survives kill and restart
   */
  public MinioServer(Path folder) {
    this.folder = folder;
    binary = binary();
    port = freePort();
  }

  private static Path binary() {
    Stream<String> onPath =
        Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
            .map(directory -> directory + "/minio");
    return Stream.of(
            Stream.ofNullable(System.getenv("MINIO_BIN")),
            onPath,
            Stream.of(System.getProperty("user.home") + "/go/bin/minio"))
        .flatMap(places -> places)
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no minio found in MINIO_BIN, PATH or ~/go/bin; install it with"
                        + " 'go install github.com/minio/minio@latest'"));
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

  /** Starts the process and returns when it serves. */
  public void start() throws IOException {
    Files.createDirectories(data());
    var command =
        List.of(binary.toString(), "server", data().toString(), "--address", "127.0.0.1:" + port);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("MINIO_ROOT_USER", USER);
    builder.environment().put("MINIO_ROOT_PASSWORD", PASSWORD);
    builder.environment().put("MINIO_BROWSER", "off");
    builder.environment().put("MINIO_UPDATE", "off");
    process = builder.start();
    awaitReady();
  }

  private void awaitReady() throws IOException {
    long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady()) {
      if (!process().isAlive() || System.nanoTime() > deadlineNanos) {
        throw new IOException("minio did not start:\n" + Files.readString(log()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private boolean isReady() {
    var request =
        HttpRequest.newBuilder(URI.create(url() + "/minio/health/cluster"))
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

  /** A folder in the data folder is a bucket, also to a server that runs. */
  public void createBucket(String bucket) throws IOException {
    Files.createDirectories(data().resolve(bucket));
  }

  /** SIGSTOP: connections are accepted by the kernel, nothing is answered. */
  public void hang() throws IOException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void goOn() throws IOException {
    signal("CONT");
  }

  /** SIGKILL; {@link #start} starts it again on the same port and folder. */
  public void kill() {
    try {
      process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void signal(String name) throws IOException {
    var command = List.of("kill", "-" + name, Long.toString(process().pid()));
    try {
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process process() {
    return Optional.ofNullable(process)
        .orElseThrow(() -> new IllegalStateException("minio was not started"));
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("minio.log");
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
