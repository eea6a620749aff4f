package io.estat.app;

import io.estat.etl.server.EtlServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code estat etl}: the ETL server, configured by a file and its environment. */
@Command(
    name = "etl",
    description = "Serve the ETL API: copy tables of a database to object storage.",
    footerHeading = "%nEvery key of the file has an environment name (server.port: SERVER_PORT),%n",
    footer = {
      "and the environment wins. docs/etl.md has the table.",
      "",
      "Exit codes: 0 stopped; 1 cannot start (port, job store); 2 configuration."
    })
final class EtlCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings (default: config.yaml, if there is one).")
  private @Nullable Path config;

  @Override
  public Integer call() throws InterruptedException {
    EtlServer.main(config == null ? new String[0] : new String[] {"--config", config.toString()});
    Thread.currentThread().join(); // a signal ends the process, which ends when this returns
    return 0;
  }
}
