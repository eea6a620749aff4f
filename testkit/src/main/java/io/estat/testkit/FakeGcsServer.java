package io.estat.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A fake-gcs-server process on 127.0.0.1 with its data in a folder of the test's. The binary is
 * that of {@code FAKE_GCS_SERVER_BIN}, of the PATH, or {@code ~/go/bin/fake-gcs-server}. Good for
 * the path without faults and for conditional creates; of sessions it gets statuses, repeated
 * parts, cancellations and hashes wrong, which {@link io.estat.testkit.gcs.GcsServer} gets right.
 * Used by one thread.
 */
public final class FakeGcsServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);

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
    port = Processes.freePort();
    Files.createDirectories(data());
    var command =
        List.of(
            Processes.goBinary(
                    "fake-gcs-server", "FAKE_GCS_SERVER_BIN", "github.com/fsouza/fake-gcs-server")
                .toString(),
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
    try {
      Processes.awaitReady(
          "fake-gcs-server",
          process,
          log(),
          START_LIMIT,
          () -> Processes.isHealthy(url() + "/_internal/healthcheck"));
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A folder in the data folder is a bucket, also to a server that runs. */
  public void createBucket(String bucket) throws IOException {
    Files.createDirectories(data().resolve(bucket));
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
