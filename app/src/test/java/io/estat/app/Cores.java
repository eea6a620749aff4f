package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;

/**
 * The machine's cores, divided: the first is the server's, the others are this JVM's and of what it
 * starts. Given back by {@link #close}. Where {@code taskset} is missing, or there is one core,
 * nothing is divided.
 */
final class Cores implements AutoCloseable {
  private final int count;
  private final boolean divided;

  private Cores(int count, boolean divided) {
    this.count = count;
    this.divided = divided;
  }

  static Cores leaveFirstToTheServer() throws IOException, InterruptedException {
    int count = Runtime.getRuntime().availableProcessors();
    boolean can = count > 1 && Distribution.run(Map.of(), "sh", "-c", PRESENT).exitCode() == 0;
    if (can) {
      use("1-" + (count - 1));
    }
    return new Cores(count, can);
  }

  private static final String PRESENT = "command -v taskset";

  /** Words before a command that put it on the first core. */
  String[] first() {
    return divided ? new String[] {"taskset", "-c", "0"} : new String[0];
  }

  private static void use(String cores) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    int exitCode =
        new ProcessBuilder("taskset", "-apc", cores, pid)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .onExit()
            .join()
            .exitValue();
    assertThat(exitCode).as("taskset " + cores).isZero();
  }

  @Override
  public void close() throws IOException {
    if (divided) {
      use("0-" + (count - 1));
    }
  }
}
