package io.estat.app;

import io.estat.ingest.IngestServer;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.Time;
import io.estat.ingest.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code estat aot-training}: does once what a server does from its start to its end, in this JVM,
 * and ends. The JVM that builds the distribution records which classes that took into the AOT
 * cache; a class that is not touched here is parsed and verified at every start.
 *
 * <p>Four lives on one dead-letter queue, all over loopback: an S3 store that is away, so that a
 * batch goes to disk; one that answers, so that it comes back; the same with a journal; a folder.
 * They leave a folder where the command was called, which is for the caller to remove.
 */
@Command(name = "aot-training", hidden = true, description = "Train the AOT cache.")
final class AotTrainingCommand implements Callable<Integer> {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  @Override
  public Integer call() throws IOException, ConfigException, InterruptedException {
    commandLine("--help");
    commandLine("version");
    System.setProperty("aws.accessKeyId", "training");
    System.setProperty("aws.secretAccessKey", "training");
    Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "estat-training");
    try (var bucket = new TrainingBucket()) {
      life(folder, s3(bucket.closedPort()), cut -> cut.inDlq() > 0);
      Map<String, String> s3 = new HashMap<>(s3(bucket.port()));
      life(folder, s3, cut -> cut.stored() > 0 && cut.reuploaded() > 0);
      s3.put("ACK", "disk");
      s3.put("JOURNAL_DIR", folder.resolve("journal").toString());
      life(folder, s3, cut -> cut.stored() > 0);
      String store = folder.resolve("store").toUri().toString();
      life(folder, Map.of("STORE_URL", store, "LOG_PRETTY", "true"), cut -> cut.stored() > 0);
    }
    return 0;
  }

  private static Map<String, String> s3(int port) {
    return Map.of("STORE_URL", "s3://training", "S3_ENDPOINT", "http://127.0.0.1:" + port);
  }

  /** One server from its start to its end, which comes when the events are where they should be. */
  private static void life(Path folder, Map<String, String> store, Predicate<Ledger.Cut> enough)
      throws IOException, ConfigException, InterruptedException {
    Map<String, String> environment = new HashMap<>(store);
    environment.put("HTTP_ADDR", "127.0.0.1:0");
    environment.put("DLQ_DIR", folder.resolve("dlq").toString());
    environment.put("FLUSH_INTERVAL", "100ms");
    environment.put("DRAIN_DELAY", "0s");
    environment.put("STATUS_PAGE", "true");
    IngestServer server = ServerProcess.open(environment, Time.system());
    server.start();
    await("ready", () -> server.notReady().isEmpty());
    TrainingRequests.send(server.port());
    await("events to be " + store, () -> enough.test(server.ledger().cut()));
    if (server.stop() > 0) {
      throw new IllegalStateException("the training lost events");
    }
  }

  private interface Check {
    boolean holds();
  }

  private static void await(String what, Check check) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!check.holds()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the training waited in vain for " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Parses and prints as a user's command does, but into nothing. */
  private static void commandLine(String... args) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine line = Estat.commandLine().setOut(nowhere).setErr(nowhere);
    int exitCode = line.execute(args);
    if (exitCode != 0) {
      throw new IllegalStateException(
          "estat " + String.join(" ", args) + " ended with " + exitCode);
    }
  }
}
