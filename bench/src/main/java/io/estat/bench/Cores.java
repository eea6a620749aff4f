package io.estat.bench;

import java.io.IOException;
import java.util.List;

/**
 * The machine's cores, divided: the first is the server's, the others are this JVM's and of what it
 * starts.
 */
final class Cores {
  private Cores() {}

  /** Words before a command that put it on the server's core. */
  static final List<String> SERVER = List.of("taskset", "-c", "0");

  /**
   * Leaves the first core.
   *
   * @throws IOException if there is one core only, or no {@code taskset}
   */
  static void leaveFirstToTheServer() throws IOException, InterruptedException {
    int count = Runtime.getRuntime().availableProcessors();
    if (count < 2) {
      throw new IOException(
          "one core: the server needs one of its own and the load another; run this on a machine"
              + " with two or more");
    }
    String pid = Long.toString(ProcessHandle.current().pid());
    int exitCode =
        new ProcessBuilder("taskset", "-apc", "1-" + (count - 1), pid)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (exitCode != 0) {
      throw new IOException("taskset could not move the load off the first core");
    }
  }
}
