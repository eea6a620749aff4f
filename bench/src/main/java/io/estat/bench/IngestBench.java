package io.estat.bench;

import io.estat.bench.BenchPlan.Chapter;
import io.estat.bench.Figure.Bound;
import io.estat.bench.Server.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * {@code make bench-ingest}: the whole comparison in one run, printed as Markdown on standard
 * output; how far it is goes to standard error. Servers take turns within each round, so that what
 * the machine does beside touches all of them. The last table has the limits of I-11; the exit code
 * is 1 if one was not kept.
 */
public final class IngestBench {
  private static final long SMALL_MEMORY = 512L << 20;
  private static final int STARTS = 5;
  private static final String NO_GROUP = "no control group can be made here";

  private final BenchPlan plan;
  private final Trial trial;
  private final IngestLimits limits = new IngestLimits();

  private IngestBench(BenchPlan plan, Trial trial) {
    this.plan = plan;
    this.trial = trial;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean kept;
    try (Workbench bench = Workbench.open()) {
      var trial =
          new Trial(bench.minio(), bench.folder(), certificate(bench.folder()), JvmFlags.SHIPPED);
      kept = new IngestBench(BenchPlan.of(System.getenv()), trial).run();
    }
    System.exit(kept ? 0 : 1);
  }

  private static List<Path> certificate(Path folder) throws IOException, InterruptedException {
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    Process openssl =
        new ProcessBuilder(
                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                        + " -subj /CN=localhost -out "
                        + certificate
                        + " -keyout "
                        + key)
                    .split(" "))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.out").toFile())
            .start();
    if (openssl.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("openssl.out")));
    }
    return List.of(certificate, key);
  }

  private boolean run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    print(Machine.describe(NginxServer.version()));
    for (Chapter chapter : plan.chapters()) {
      switch (chapter) {
        case SATURATION -> saturation();
        case STEADY -> steady();
        case SHAPES -> shapes();
        case START -> starts();
        case FLAGS -> flags();
        case PROFILE -> profiles();
      }
    }
    print("### Limits of I-11\n");
    print(Figure.table(limits.figures()));
    print("Those of the dead-letter queue: `make bench-dlq`.\n");
    print("Took %d s.".formatted(Duration.ofNanos(System.nanoTime() - start).toSeconds()));
    return Figure.noneShort(limits.figures());
  }

  private void saturation() throws IOException, InterruptedException {
    print("### Saturation: " + Shape.SATURATION.name() + "\n");
    List<List<Measurement>> rounds = rounds(Shape.SATURATION, plan, Optional.empty());
    print(Report.table(rounds));
    print(Report.headline(rounds));
    limits.saturation(rounds);
    for (Kind kind : plan.servers()) {
      if (kind.lands()) {
        progress("allocation, " + kind.title());
        Map<String, Double> perEvent = trial.allocation(kind, Shape.SATURATION, plan);
        print(Report.allocation(kind, perEvent));
        limits.heap(kind, perEvent);
      }
    }
  }

  private void steady() throws IOException, InterruptedException {
    String limited = "10,000 events/s in 0.5 CPU, 512 MB";
    steady(limited, 10_000, 0.5)
        .ifPresentOrElse(
            rounds -> limits.steady(limited, rounds), () -> limits.notMeasured(limited, NO_GROUP));
    Optional<List<List<Measurement>>> _ = steady("2,000 events/s in 0.25 CPU, 512 MB", 2_000, 0.25);
  }

  private Optional<List<List<Measurement>>> steady(String title, int perSecond, double cpus)
      throws IOException, InterruptedException {
    print("### Steady: " + title + "\n");
    try (Cgroup cgroup = Cgroup.create("estat-bench", cpus, SMALL_MEMORY)) {
      List<List<Measurement>> rounds =
          rounds(Shape.SATURATION.perSecond(perSecond), plan, Optional.of(cgroup));
      print(Report.table(rounds));
      return Optional.of(rounds);
    } catch (CgroupRefused e) {
      print("Not measured: " + NO_GROUP + ". " + e.getMessage() + "\n");
      return Optional.empty();
    }
  }

  private List<List<Measurement>> rounds(Shape shape, BenchPlan lengths, Optional<Cgroup> cgroup)
      throws IOException, InterruptedException {
    List<List<Measurement>> byServer = new ArrayList<>();
    lengths.servers().forEach(kind -> byServer.add(new ArrayList<>()));
    for (int round = 1; round <= lengths.rounds(); round++) {
      for (int i = 0; i < lengths.servers().size(); i++) {
        Kind kind = lengths.servers().get(i);
        Measurement measured = trial.measure(kind, shape, lengths, cgroup);
        byServer.get(i).add(measured);
        limits.landed(measured);
        progress(
            "%s, %d/s, round %d, %s: %.2f us"
                .formatted(
                    shape.name(),
                    shape.perSecond(),
                    round,
                    kind.title(),
                    measured.cpuMicrosPerEvent()));
      }
    }
    return byServer;
  }

  private void shapes() throws IOException, InterruptedException {
    List<Shape> shapes =
        List.of(
            Shape.plain("16 KB bodies").bodyBytes(16_384),
            Shape.plain("1,000 connections, 1/s each").connections(1000).perSecond(1000),
            Shape.plain("NDJSON of 50 events").ndjson(50),
            Shape.plain("a connection a request").oneRequestAConnection(),
            Shape.plain("TLS").encrypted());
    Map<String, List<List<Measurement>>> measured = new LinkedHashMap<>();
    for (Shape shape : shapes) {
      measured.put(shape.name(), rounds(shape, plan.reported(), Optional.empty()));
    }
    print("### Other shapes: 64 connections where nothing else is said, one round\n");
    print(Report.shapes(measured));
  }

  private void starts() throws IOException {
    print("### Ready after start\n");
    print("| | seconds from the launcher to the first 200 of /ready |\n|---|---|");
    starts("one whole core", Optional.empty(), IngestLimits.READY_WITH_A_CORE);
    String quarter = "0.25 CPU, 512 MB";
    try (Cgroup cgroup = Cgroup.create("estat-bench", 0.25, SMALL_MEMORY)) {
      starts(quarter, Optional.of(cgroup), IngestLimits.READY_WITH_A_QUARTER);
    } catch (CgroupRefused e) {
      print("| " + quarter + " | " + NO_GROUP + ": " + e.getMessage() + " |");
      limits.notMeasured("ready after start, " + quarter, NO_GROUP);
    }
    print("");
  }

  private void starts(String where, Optional<Cgroup> cgroup, Bound bound) throws IOException {
    DoubleStream.Builder each = DoubleStream.builder();
    for (int i = 0; i < STARTS; i++) {
      each.add(trial.ready(cgroup).toNanos() / 1e9);
    }
    Spread seconds = Spread.of(each.build());
    print("| " + where + " | " + seconds.text(2) + " |");
    limits.ready(where, seconds, bound);
  }

  private void flags() throws IOException, InterruptedException {
    Map<JvmFlags, List<JvmFlags.Round>> changes = new EnumMap<>(JvmFlags.class);
    for (int round = 1; round <= plan.rounds(); round++) {
      for (JvmFlags flags : JvmFlags.values()) {
        Trial changed = trial.with(flags);
        double seconds = changed.ready(Optional.empty()).toNanos() / 1e9;
        Measurement measured =
            changed.measure(Kind.MEMORY, Shape.SATURATION, plan, Optional.empty());
        limits.landed(measured);
        changes
            .computeIfAbsent(flags, _ -> new ArrayList<>())
            .add(new JvmFlags.Round(seconds, measured));
        progress("round %d, %s: ready in %.2f s".formatted(round, flags.title(), seconds));
      }
    }
    print("### What the JVM's flags give: ACK=memory on one core, saturation\n");
    print(Report.flags(changes));
  }

  private void profiles() throws IOException, InterruptedException {
    for (Kind kind : plan.servers()) {
      if (kind.lands()) {
        progress("profile, " + kind.title());
        print("### Where the time goes: " + kind.title() + "\n");
        print(trial.profile(kind, Shape.SATURATION, plan));
      }
    }
  }

  private static void print(String line) {
    System.out.println(line);
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
