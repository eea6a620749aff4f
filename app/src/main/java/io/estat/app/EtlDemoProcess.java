package io.estat.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The ETL half of the demo as a child of this process. Used by one thread at a time. */
final class EtlDemoProcess {
  /** The launcher says where its natives lie: in the distribution. */
  private static final String NATIVES = "estat.natives";

  /** What the ingest server's own shutdown leaves of ten seconds. */
  private static final int STOP_SECONDS = 5;

  private final Path data;
  private final int port;
  private volatile @Nullable Process process;

  EtlDemoProcess(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  /** Starts it with our output and environment; without a launcher there is none. */
  void start(PrintWriter err) {
    String natives = System.getProperty(NATIVES);
    if (natives == null) {
      return;
    }
    Path launcher = Path.of(natives).resolve("../../bin/estat").normalize();
    if (!Files.isExecutable(launcher)) {
      err.println("estat demo: no ETL server, since there is no launcher " + launcher);
      err.flush();
      return;
    }
    var builder =
        new ProcessBuilder(
            launcher.toString(),
            "demo-etl",
            "--data",
            data.toString(),
            "--port",
            Integer.toString(port));
    builder.inheritIO();
    // Flags that were meant for the small process must not bind the other.
    builder.environment().remove("ESTAT_JAVA_OPTS");
    try {
      process = builder.start();
    } catch (IOException e) {
      err.println("estat demo: the ETL server did not start: " + e.getMessage());
      err.flush();
    }
  }

  /** Ends it and waits; a terminal's Ctrl-C has told it, too. */
  void stop() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
