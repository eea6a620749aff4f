package io.estat.bench;

import io.estat.bench.Server.Kind;
import io.estat.testkit.MinioServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One measurement: start, warm up, let everything land, look at the CPU, load, let everything land,
 * look at the CPU, look into the bucket. So nothing of the warm-up is in the figure, and all that
 * follows from the window is.
 *
 * @param folder for the files of the servers
 * @param tls certificate and key for shapes that want them
 * @param flags of the JVM
 */
record Trial(MinioServer minio, Path folder, List<Path> tls, JvmFlags flags) {
  private static final Duration NGINX_WARM_UP = Duration.ofSeconds(1);
  private static final int WARM_EVENTS = 300_000;
  private static final int WARM_UP_STRETCH = 2;

  Trial with(JvmFlags others) {
    return new Trial(minio, folder, tls, others);
  }

  Measurement measure(Kind kind, Shape shape, BenchPlan plan, Optional<Cgroup> cgroup)
      throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(folder, kind.name().toLowerCase(Locale.ROOT));
    Bucket bucket = Bucket.create(minio, place.getFileName().toString());
    try (Server server = start(kind, shape, bucket, place, cgroup);
        LoadGenerator load = new LoadGenerator(shape, server.port())) {
      BitSet expected = warmUp(load, kind, plan);
      Usage before = server.awaitLanded();
      Answers answers = load.run(plan.window());
      Usage after = server.awaitLanded();
      if (!kind.lands()) {
        return new Measurement(kind, answers, before, after, 0, 0, 0);
      }
      expected.or(answers.accepted());
      Landed landed = bucket.landed();
      return new Measurement(
          kind,
          answers,
          before,
          after,
          expected.cardinality() - landed.missing(expected),
          expected.cardinality(),
          landed.surplus() + landed.unanswered(expected));
    }
  }

  /**
   * Saturates the server for the time of the plan, and on until the JVM has seen enough requests to
   * have compiled what is hot, within limits; returns the ids that it accepted.
   */
  private static BitSet warmUp(LoadGenerator load, Kind kind, BenchPlan plan)
      throws IOException, InterruptedException {
    BitSet accepted = new BitSet();
    if (!kind.lands()) {
      Answers _ = load.saturate(NGINX_WARM_UP);
      return accepted;
    }
    long start = System.nanoTime();
    accepted.or(load.saturate(plan.warmUp()).accepted());
    while (accepted.cardinality() < WARM_EVENTS
        && System.nanoTime() - start < plan.warmUp().toNanos() * WARM_UP_STRETCH) {
      accepted.or(load.saturate(Duration.ofSeconds(1)).accepted());
    }
    return accepted;
  }

  /** Heap bytes an event by thread, in a window in which nothing else is measured. */
  Map<String, Double> allocation(Kind kind, Shape shape, BenchPlan plan)
      throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(folder, "allocation");
    Bucket bucket = Bucket.create(minio, place.getFileName().toString());
    try (Server server = start(kind, shape, bucket, place, Optional.empty());
        LoadGenerator load = new LoadGenerator(shape, server.port());
        Allocation allocation = Allocation.of(server.process())) {
      BitSet _ = warmUp(load, kind, plan);
      Usage _ = server.awaitLanded();
      Map<String, Long> before = allocation.bytesByThread();
      Answers answers = load.run(plan.window());
      Usage _ = server.awaitLanded();
      Map<String, Double> perEvent = new HashMap<>();
      allocation
          .bytesByThread()
          .forEach(
              (thread, bytes) ->
                  perEvent.put(
                      thread,
                      (double) (bytes - before.getOrDefault(thread, 0L))
                          / answers.acceptedEvents()));
      return perEvent;
    }
  }

  /** Where the CPU goes, as a table; what sampling itself costs is the server's, too. */
  String profile(Kind kind, Shape shape, BenchPlan plan) throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(folder, "profile");
    Bucket bucket = Bucket.create(minio, place.getFileName().toString());
    try (Server server = start(kind, shape, bucket, place, Optional.empty());
        LoadGenerator load = new LoadGenerator(shape, server.port())) {
      BitSet _ = warmUp(load, kind, plan);
      Usage before = server.awaitLanded();
      Profile.Recording recording =
          Profile.start(server.process(), place, plan.window().plus(EstatServer.FLUSH_INTERVAL));
      Answers answers = load.run(plan.window());
      Usage after = server.awaitLanded();
      double micros = (double) (after.cpuMicros() - before.cpuMicros()) / answers.acceptedEvents();
      return recording.end().table(micros);
    }
  }

  /** From the start of the launcher to the first 200 of /ready. */
  Duration ready(Optional<Cgroup> cgroup) throws IOException {
    Path place = Files.createTempDirectory(folder, "start");
    Bucket bucket = Bucket.create(minio, place.getFileName().toString());
    long start = System.nanoTime();
    try (Server _ = start(Kind.MEMORY, Shape.SATURATION, bucket, place, cgroup)) {
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private Server start(Kind kind, Shape shape, Bucket bucket, Path place, Optional<Cgroup> cgroup)
      throws IOException {
    List<String> prefix = new ArrayList<>(cgroup.map(Cgroup::enter).orElse(List.of()));
    prefix.addAll(Cores.SERVER);
    List<Path> files = shape.tls() ? tls : List.of();
    if (kind == Kind.NGINX) {
      return NginxServer.start(place, prefix, files);
    }
    Map<String, String> environment = new HashMap<>(bucket.environment());
    environment.put("ESTAT_JAVA_OPTS", flags.options());
    return EstatServer.start(kind, environment, place, prefix, files);
  }
}
