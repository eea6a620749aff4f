package io.estat.app;

import io.estat.ingest.FolderRefusedException;
import io.estat.ingest.IngestServer;
import io.estat.ingest.batch.Time;
import io.estat.ingest.config.ConfigException;
import io.estat.ingest.config.ConfigReader;
import io.estat.ingest.config.IngestConfig;
import io.estat.storage.ObjectStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * One ingest server as a process: from the environment to the exit code.
 *
 * <ul>
 *   <li>0: everything accepted is in the store or on disk
 *   <li>1: a port cannot be had
 *   <li>2: the configuration cannot be used, or another server has one of its folders
 *   <li>3: events are lost, because neither the store nor the disk took them
 * </ul>
 */
final class ServerProcess {
  static final int PORT_TAKEN = 1;
  static final int BAD_CONFIGURATION = 2;
  static final int EVENTS_LOST = 3;

  /** Past the shutdown's own bound, when something does not return. */
  private static final Duration GRACE = Duration.ofMillis(700);

  private static final Duration TO_BE_HEARD = Duration.ofMillis(100);

  private final PrintWriter err;
  private final Time time;
  private final Runnable atEnd;

  ServerProcess(PrintWriter err) {
    this(err, Time.system(), () -> {});
  }

  /**
   * @param time what the server takes for the machine's clocks
   * @param atEnd called after the server has stopped, before the process ends
   */
  ServerProcess(PrintWriter err, Time time, Runnable atEnd) {
    this.err = err;
    this.time = time;
    this.atEnd = atEnd;
  }

  /**
   * Runs until a signal comes.
   *
   * @param started told the server when its port is open
   */
  int run(Map<String, String> environment, Consumer<IngestServer> started) {
    IngestServer server;
    try {
      server = open(environment, time);
    } catch (ConfigException e) {
      return complain(e.problems().toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      return complain(String.valueOf(e.getMessage()));
    } catch (FolderRefusedException e) {
      return complain(String.valueOf(e.getMessage()));
    }
    // There before the port is open: a signal must find whoever keeps what was accepted.
    var begun = new CompletableFuture<Boolean>();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> stop(server, begun)));
    try {
      server.start();
      begun.complete(true);
    } catch (IOException e) {
      err.println("estat: " + e.getMessage() + cause(e));
      err.flush();
      return PORT_TAKEN;
    } finally {
      begun.complete(false);
    }
    started.accept(server);
    try {
      new CountDownLatch(1).await(); // the shutdown ends this process
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return EVENTS_LOST;
    }
  }

  /** A server as the environment describes it, and logging set up; nothing runs yet. */
  static IngestServer open(Map<String, String> environment, Time time)
      throws ConfigException, FolderRefusedException {
    IngestConfig config = ConfigReader.read(environment, ConfigReader.Machine.here());
    LogSetup.apply(config.log());
    LoggerFactory.getLogger(IngestServer.class)
        .info("configuration: {}", ConfigReader.effective(environment, config));
    return new IngestServer(config, ObjectStores.open(config.storeUrl(), config.store()), time);
  }

  /**
   * Runs in the JVM's shutdown, which a signal begins and further signals do not disturb, and ends
   * the process itself: the JVM's own exit code would be 143.
   */
  private void stop(IngestServer server, CompletableFuture<Boolean> begun) {
    if (!begun.join()) {
      return; // the start failed, and its exit code stands
    }
    int exitCode = EVENTS_LOST;
    try {
      watch(server.shutdownTimeout());
      exitCode = server.stop() == 0 ? 0 : EVENTS_LOST;
      atEnd.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(IngestServer.class)
          .error("the shutdown failed; events may be lost", e);
    } finally {
      Runtime.getRuntime().halt(exitCode);
    }
  }

  private static String cause(IOException e) {
    return e.getCause() == null ? "" : ": " + e.getCause().getMessage();
  }

  private int complain(String... problems) {
    err.println("estat: the configuration cannot be used:");
    for (String problem : problems) {
      err.println("  " + problem);
    }
    err.flush();
    return BAD_CONFIGURATION;
  }

  /** The platform kills what does not end in time; better to end ourselves, and say so. */
  private static void watch(Duration shutdownTimeout) {
    Thread.ofPlatform()
        .daemon()
        .name("shutdown-watch")
        .start(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(shutdownTimeout.plus(GRACE).toMillis());
                // Told by another thread: whoever reads our standard error may have stopped
                // reading.
                Thread.startVirtualThread(
                    () ->
                        System.err.println(
                            "estat: the shutdown did not end in time; events may be lost"));
                TimeUnit.MILLISECONDS.sleep(TO_BE_HEARD.toMillis());
                Runtime.getRuntime().halt(EVENTS_LOST);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
