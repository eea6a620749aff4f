package io.estat.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a server once a second while something else loads it: at its memory and its books, and,
 * by a thread of its own over a new connection each time as a platform's probe does, at {@code
 * /health}.
 */
final class SoakWatch implements AutoCloseable {
  /**
   * One look.
   *
   * @param at since the watch began
   */
  record Sample(Duration at, long rssBytes, long dlqFiles, long inMemory) {}

  /**
   * One answer of /health.
   *
   * @param at when it was asked, since the watch began
   * @param ok whether it was a 200
   */
  record Probe(Duration at, Duration took, boolean ok) {}

  private static final String HEALTHY = "HTTP/1.1 200 ";

  private final EstatServer server;
  private final long startNanos = System.nanoTime();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(3, Thread.ofPlatform().daemon().name("watch-", 0).factory());
  private final List<ScheduledFuture<?>> events = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<Probe> probes = new ArrayList<>();

  SoakWatch(EstatServer server) {
    this.server = server;
    everySecond(this::sample);
    everySecond(this::probe);
  }

  private void everySecond(Callable<Void> look) {
    Runnable unlessItFails =
        () -> {
          try {
            Void _ = look.call();
          } catch (Exception e) {
            throw new IllegalStateException(e); // ends the looks, and check() tells
          }
        };
    events.add(threads.scheduleAtFixedRate(unlessItFails, 0, 1, TimeUnit.SECONDS));
  }

  /** Does something at that moment of the watch. */
  void at(Duration moment, Runnable event) {
    long wait = moment.toNanos() - (System.nanoTime() - startNanos);
    events.add(threads.schedule(event, wait, TimeUnit.NANOSECONDS));
  }

  private Void sample() throws IOException {
    Usage usage = Usage.of(server.process());
    String metrics = server.metrics();
    var sample =
        new Sample(
            elapsed(),
            usage.rssBytes(),
            EstatServer.metric(metrics, "dlq_files_current"),
            EstatServer.metric(metrics, "events_in_memory"));
    synchronized (samples) {
      samples.add(sample);
    }
    return null;
  }

  private Void probe() {
    Duration asked = elapsed();
    String answer = Ports.get(server.port(), "/health");
    var probe = new Probe(asked, elapsed().minus(asked), answer.startsWith(HEALTHY));
    synchronized (probes) {
      probes.add(probe);
    }
    return null;
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  List<Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  List<Probe> probes() {
    synchronized (probes) {
      return List.copyOf(probes);
    }
  }

  /**
   * Looks once more and then no more, without disturbing a look that is under way.
   *
   * @throws IOException if a look or an event failed
   */
  void end() throws IOException, InterruptedException {
    events.forEach(event -> event.cancel(false));
    threads.shutdown();
    if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new IOException("the watch does not end");
    }
    for (ScheduledFuture<?> event : events) {
      if (event.state() == ScheduledFuture.State.FAILED) {
        throw new IOException("the watch was disturbed", event.exceptionNow());
      }
    }
    Void _ = sample();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
