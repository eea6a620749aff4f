package io.estat.app;

import io.estat.etl.server.StartException;
import io.estat.etl.server.config.ConfigException;
import io.estat.etl.server.demo.Demo;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The ETL half of {@code estat demo}, which starts it: a process and a class path of its own. */
@Command(name = "demo-etl", hidden = true, description = "The ETL half of the demo.")
final class DemoEtlCommand implements Callable<Integer> {
  @Option(names = "--data", required = true, paramLabel = "FOLDER")
  private Path data = Path.of("");

  @Option(names = "--port", required = true, paramLabel = "PORT")
  private int port;

  @Override
  public Integer call() throws Exception {
    try {
      System.out.println(Demo.start(data, port, System.getenv()));
    } catch (StartException e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      return 2;
    }
    Thread.currentThread().join(); // a signal ends the process
    return 0;
  }
}
