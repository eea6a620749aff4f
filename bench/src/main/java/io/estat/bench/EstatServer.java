package io.estat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shipped distribution, started by its launcher with its own JVM flags and AOT cache. Of its
 * settings only the destination, the ports and {@link #FLUSH_INTERVAL} differ from the defaults.
 */
record EstatServer(Process started, int port, int adminPort) implements Server {
  /** So that what is left of a load does not wait for two minutes. */
  static final Duration FLUSH_INTERVAL = Duration.ofSeconds(3);

  private static final Duration LAST_PUT = Duration.ofMillis(400);
  private static final Duration LAND_LIMIT = Duration.ofSeconds(90);

  /**
   * Starts it and returns when it is ready.
   *
   * @param store its destination and credentials
   * @param prefix words before the launcher
   * @param tls certificate and key, or none
   */
  static EstatServer start(
      Kind kind, Map<String, String> store, Path folder, List<String> prefix, List<Path> tls)
      throws IOException {
    int port = Ports.free();
    int adminPort = Ports.free();
    Map<String, String> environment = new HashMap<>(store);
    environment.put("HTTP_ADDR", "127.0.0.1:" + port);
    environment.put("ADMIN_ADDR", "127.0.0.1:" + adminPort);
    environment.put("FLUSH_INTERVAL", FLUSH_INTERVAL.toSeconds() + "s");
    environment.put("DLQ_DIR", folder.resolve("dlq").toString());
    if (kind == Kind.DISK) {
      environment.put("ACK", "disk");
      environment.put("JOURNAL_DIR", folder.resolve("journal").toString());
    }
    if (!tls.isEmpty()) {
      environment.put("TLS_CERT_FILE", tls.getFirst().toString());
      environment.put("TLS_KEY_FILE", tls.getLast().toString());
    }
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(BenchPlan.DISTRIBUTION.resolve("bin/estat").toString(), "ingest"));
    Path out = folder.resolve("estat.out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      Ports.awaitOk(process, adminPort, "/ready");
    } catch (IOException e) {
      process.destroyForcibly();
      throw new IOException(
          "%s is not ready: %s".formatted(kind.title(), Files.readString(out)), e);
    }
    return new EstatServer(process, port, adminPort);
  }

  @Override
  public ProcessHandle process() {
    return started.toHandle();
  }

  /** Looks at the use before it asks: a scrape has a price, too. */
  @Override
  public Usage awaitLanded() throws IOException {
    long end = System.nanoTime() + LAND_LIMIT.toNanos();
    Duration wait = FLUSH_INTERVAL.plus(LAST_PUT);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(wait.toNanos());
      Usage usage = Usage.of(process());
      String metrics = metrics();
      if (metric(metrics, "events_in_memory") == 0 && metric(metrics, "events_in_dlq") == 0) {
        return usage;
      }
      wait = LAST_PUT;
    }
    throw new IOException("events are still on their way after " + LAND_LIMIT);
  }

  /** A scrape. */
  String metrics() {
    return Ports.get(adminPort, "/metrics");
  }

  /** One value of a scrape. */
  static long metric(String metrics, String name) throws IOException {
    Matcher value = Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(metrics);
    if (!value.find()) {
      throw new IOException("no " + name + " among the metrics: " + metrics);
    }
    return (long) Double.parseDouble(value.group(1));
  }

  @Override
  public void close() {
    started.destroyForcibly();
    started.onExit().join();
  }
}
