package io.estat.bench;

import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What every bench begins with and leaves behind as it was: cores divided, an empty folder for all
 * files, and an object store that runs. Also when it is interrupted nothing that was started goes
 * on.
 *
 * @param folder below {@code bench/target}, absolute; gone at the end
 */
record Workbench(Path folder, MinioServer minio) implements AutoCloseable {
  static Workbench open() throws IOException, InterruptedException {
    // The bench's own reading of the buckets; the servers get theirs in their environment.
    System.setProperty("aws.accessKeyId", MinioServer.USER);
    System.setProperty("aws.secretAccessKey", MinioServer.PASSWORD);
    Cores.leaveFirstToTheServer();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    Path folder =
        Files.createTempDirectory(Files.createDirectories(Path.of("bench/target")), "run")
            .toAbsolutePath();
    MinioServer minio = new MinioServer(folder.resolve("minio"));
    minio.start();
    return new Workbench(folder, minio);
  }

  /** A folder of its own for one server. */
  Path place(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  @Override
  public void close() throws IOException {
    minio.close();
    try {
      new ProcessBuilder("rm", "-rf", folder.toString()).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
