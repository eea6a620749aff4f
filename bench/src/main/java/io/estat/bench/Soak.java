package io.estat.bench;

import io.estat.bench.Server.Kind;
import io.estat.bench.SoakStore.Part;
import io.estat.testkit.FlakyProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make soak}: a small container under constant load for minutes, whose store is busy for a
 * fifth of the time and away for the next. Prints how memory, dead-letter queue and {@code /health}
 * went over the time, and each limit beside what was seen; the exit code is 1 if one was not kept.
 */
public final class Soak {
  private static final double CPUS = 0.25;
  private static final long MEMORY = 512L << 20;
  private static final int PER_SECOND = 1500;
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(10);

  private final Workbench bench;
  private final Kind kind;
  private final Duration length;

  private Soak(Workbench bench, Kind kind, Duration length) {
    this.bench = bench;
    this.kind = kind;
    this.length = length;
  }

  /** Reads {@code SOAK_MINUTES} and {@code SOAK_ACK}, {@code memory} or {@code disk}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var minutes = Duration.ofMinutes(Long.parseLong(environment("SOAK_MINUTES", "10")));
    Kind kind = Kind.valueOf(environment("SOAK_ACK", "memory").toUpperCase(Locale.ROOT));
    boolean kept;
    try (Workbench bench = Workbench.open()) {
      kept = new Soak(bench, kind, minutes).run();
    }
    System.exit(kept ? 0 : 1);
  }

  private static String environment(String name, String byDefault) {
    return System.getenv().getOrDefault(name, byDefault);
  }

  private boolean run() throws IOException, InterruptedException {
    System.out.println(Machine.describe(""));
    Path place = bench.place("soak");
    Bucket bucket = Bucket.create(bench.minio(), place.getFileName().toString());
    try (FlakyProxy store = new FlakyProxy(URI.create(bench.minio().url()).getPort());
        Cgroup cgroup = Cgroup.create("estat-soak", CPUS, MEMORY)) {
      List<String> prefix = new ArrayList<>(cgroup.enter());
      prefix.addAll(Cores.SERVER);
      try (EstatServer server =
              EstatServer.start(kind, bucket.environment(store.url()), place, prefix, List.of());
          LoadGenerator load =
              new LoadGenerator(Shape.SATURATION.perSecond(PER_SECOND), server.port());
          SoakWatch watch = new SoakWatch(server)) {
        for (Part part : SoakStore.parts(length)) {
          watch.at(part.from(), () -> store.behave(part.store().manner()));
        }
        Answers answers = load.run(length);
        Duration drain = awaitDrained(server);
        watch.end();
        Landed landed = bucket.landed();
        var report =
            new SoakReport(kind, length, answers, watch.samples(), watch.probes(), drain, landed);
        System.out.println(report);
        return report.keptEveryLimit();
      }
    }
  }

  /** Returns how long after the load it took until nothing was on its way. */
  private static Duration awaitDrained(EstatServer server) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < DRAIN_LIMIT.toNanos()) {
      String metrics = server.metrics();
      if (EstatServer.metric(metrics, "events_in_memory") == 0
          && EstatServer.metric(metrics, "events_in_dlq") == 0
          && EstatServer.metric(metrics, "dlq_files_current") == 0) {
        break;
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
