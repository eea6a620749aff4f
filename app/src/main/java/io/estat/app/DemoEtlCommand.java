package io.estat.app;

import io.estat.etl.server.demo.Demo;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The ETL half of {@code estat demo}, which starts it: a process and a class path of its own. */
@Command(name = "demo-etl", hidden = true, description = "The ETL half of the demo.")
final class DemoEtlCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--data", required = true, paramLabel = "FOLDER")
  private Path data = Path.of("");

  @Option(names = "--port", required = true, paramLabel = "PORT")
  private int port;

  @Override
  public Integer call() throws Exception {
    // What can go wrong is caught there: the demo's other half is without the classes of the ETL
    // server.
    CommandLine line = spec.commandLine();
    int exitCode = Demo.run(data, port, System.getenv(), line.getOut(), line.getErr());
    if (exitCode == 0) {
      Thread.currentThread().join(); // a signal ends the process
    }
    return exitCode;
  }
}
