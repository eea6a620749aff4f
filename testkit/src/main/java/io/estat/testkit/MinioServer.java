package io.estat.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A MinIO process on 127.0.0.1 with its data in a folder of the test's; it can be hung, killed and
 * started again on the same port and folder. The binary is that of {@code MINIO_BIN}, of the PATH,
 * or {@code ~/go/bin/minio}. Used by one thread.
 */
public final class MinioServer implements AutoCloseable {
  public static final String USER = "test-root-user";
  public static final String PASSWORD = "test-root-password";

  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  private final Path binary;
  private final Path folder;
  private final int port;
  private @Nullable Process process;

  /**
   * @param folder where data and log go; survives kill and restart
   */
  public MinioServer(Path folder) {
    this.folder = folder;
    binary = Processes.goBinary("minio", "MINIO_BIN", "github.com/minio/minio");
    port = Processes.freePort();
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
    Processes.awaitReady(
        "minio",
        process(),
        log(),
        START_LIMIT,
        () -> Processes.isHealthy(url() + "/minio/health/cluster"));
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
