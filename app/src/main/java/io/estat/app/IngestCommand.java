package io.estat.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code estat ingest}: the ingest server, configured by its environment. */
@Command(
    name = "ingest",
    description = "Collect events over HTTP and land them in object storage.",
    footerHeading = "%nConfigured by environment variables; STORE_URL (s3://bucket or%n",
    footer = {
      "file:///folder) is the only one without a default. The README has the table.",
      "",
      "Exit codes: 0 stopped, nothing lost; 1 port taken; 2 configuration;",
      "3 stopped, and neither the store nor the disk could hold everything."
    })
final class IngestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return run(spec.commandLine().getErr());
  }

  /** The same without a command line. */
  static int run() {
    return run(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
  }

  private static int run(PrintWriter err) {
    return new ServerProcess(err).run(System.getenv(), server -> {});
  }
}
