package io.estat.app;

import io.estat.ingest.IngestServer;
import io.estat.ingest.batch.Time;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code estat demo}: the ingest server with a folder as its store and defaults for looking at, and
 * beside it, in a process of its own, the ETL server with a sample database. The environment wins
 * over each setting.
 */
@Command(name = "demo", description = "Try both servers, with ./estat-data as the store.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on (default: 8080, or HTTP_ADDR).")
  private @Nullable Integer port;

  @Option(
      names = "--etl-port",
      paramLabel = "PORT",
      defaultValue = "8081",
      description = "Port of the ETL server (default: ${DEFAULT-VALUE}).")
  private int etlPort;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> environment = environment();
    var etl = new EtlDemoProcess(data(), etlPort);
    int exitCode =
        new ServerProcess(spec.commandLine().getErr(), Time.system(), etl::stop)
            .run(
                environment,
                server -> {
                  welcome(server, environment);
                  etl.start(spec.commandLine().getErr());
                });
    if (exitCode == ServerProcess.PORT_TAKEN) {
      spec.commandLine().getErr().println("Take another port: estat demo --port 8090");
    }
    return exitCode;
  }

  private Map<String, String> environment() {
    Path data = data();
    Map<String, String> environment = new HashMap<>();
    if (!System.getenv().containsKey("RAW_BUCKET")) {
      environment.put("STORE_URL", folderUrl(data));
    }
    environment.put("DLQ_DIR", data.resolve(".dlq").toString());
    environment.put("FLUSH_INTERVAL", "2s");
    environment.put("DRAIN_DELAY", "0s");
    environment.put("STATUS_PAGE", "true");
    environment.put("LOG_PRETTY", "true");
    environment.putAll(System.getenv());
    if (port != null) {
      environment.put("HTTP_ADDR", ":" + port);
    }
    return environment;
  }

  private static Path data() {
    return Path.of("estat-data").toAbsolutePath();
  }

  /** Without the slash at the end that {@link Path#toUri} adds as soon as the folder is there. */
  private static String folderUrl(Path folder) {
    return folder.toUri().toString().replaceFirst("/+$", "");
  }

  private void welcome(IngestServer server, Map<String, String> environment) {
    String url = "http://localhost:" + server.port();
    String bucket = environment.get("RAW_BUCKET");
    String store = bucket == null ? String.valueOf(environment.get("STORE_URL")) : "s3://" + bucket;
    boolean usual = store.equals(folderUrl(data()));
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println("  Estat takes events at " + url + "/collect");
    out.println("  page     " + url + "/");
    out.println("  metrics  " + url + "/metrics");
    out.println();
    out.println("  Three things to try:");
    out.println("  1. curl -i -d '{\"hello\":\"world\"}' " + url + "/collect");
    out.println("  2. open " + url + "/ and press a button");
    out.println("  3. ./estat cat " + (usual ? "estat-data" : store) + "    (2 seconds later)");
    out.println();
    out.println("  Ctrl-C stops it; what was accepted lands first.");
    out.println();
    out.flush();
  }
}
