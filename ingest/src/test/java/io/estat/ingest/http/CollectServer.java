package io.estat.ingest.http;

import io.estat.ingest.batch.Batch;
import io.estat.ingest.batch.BatchLimits;
import io.estat.ingest.batch.Budget;
import io.estat.ingest.batch.GroupCommit;
import io.estat.ingest.batch.GroupCommit.Group;
import io.estat.ingest.batch.Ledger;
import io.estat.ingest.batch.NameMint;
import io.estat.ingest.batch.OpenBatch;
import io.estat.ingest.batch.Slab;
import io.estat.ingest.batch.Time;
import io.estat.ingest.http.HttpCounters.Counts;
import io.estat.ingest.http.HttpCounters.Rejected;
import io.estat.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The real HTTP server on a free port, in front of a real open batch whose sealed batches are kept,
 * so that a test can read the lines that were accepted. Its clock stands still.
 */
final class CollectServer implements AutoCloseable {
  static final Instant START = Instant.parse("2023-11-14T22:13:20Z");

  final ManualClock clock = new ManualClock(START);
  final AtomicReference<Optional<String>> notReady = new AtomicReference<>(Optional.empty());
  final Budget budget;
  final HttpServer http;

  /** With {@link ServerPlan#ackDisk()} the test is the journal. */
  final GroupCommit commits;

  /** How often /metrics was answered. */
  final AtomicInteger pagesMade = new AtomicInteger();

  private final BatchLimits limits;
  private final OpenBatch open;
  private final List<Batch> sealed = new ArrayList<>();
  private int read;
  private volatile boolean closed;

  CollectServer(ServerPlan plan) throws IOException {
    limits = plan.limits();
    budget = new Budget(limits.maxEvents(), limits.budgetBytes(), limits.batchBytes());
    var time = new Time(clock::wallMillis, clock::nanos);
    var ledger = new Ledger();
    var names = new NameMint("test");
    commits = new GroupCommit(ledger, this::keep);
    open =
        plan.ackDisk
            ? new OpenBatch(limits, budget, ledger, names, time, commits)
            : new OpenBatch(limits, budget, ledger, names, time, this::keep);
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    InetSocketAddress admin = plan.admin ? loopback : null;
    var config =
        new HttpConfig(
            loopback,
            admin,
            plan.ioThreads,
            plan.maxBodyBytes,
            plan.maxConnections,
            plan.timeouts,
            new Cors(plan.corsOrigins),
            plan.writeKeys,
            plan.tls,
            false);
    http = new HttpServer(config, plan.line(), budget, open, pages(!plan.admin));
    http.listen();
    if (admin != null) {
      http.listenForAdmin(admin, pages(true));
    }
  }

  static CollectServer start() throws IOException {
    return new ServerPlan().start();
  }

  private Pages pages(boolean withMetrics) {
    var page = new Pages.Page("200 OK", "text/plain; version=0.0.4", "up 1\n".repeat(4_000));
    Supplier<Pages.Page> metrics =
        () -> {
          pagesMade.incrementAndGet();
          return page;
        };
    Supplier<Pages.Page> broken =
        () -> {
          throw new IllegalStateException("a page that cannot be made");
        };
    return withMetrics
        ? Pages.of(
            Map.of(
                "/broken",
                broken,
                "/health",
                Pages::health,
                "/ready",
                () -> Pages.ready(notReady.get()),
                "/metrics",
                metrics))
        : Pages.of(Map.of("/health", Pages::health, "/ready", () -> Pages.ready(notReady.get())));
  }

  private synchronized void keep(Batch batch) {
    sealed.add(batch);
  }

  int port() {
    return http.port();
  }

  RawClient connect() throws IOException {
    return new RawClient(port());
  }

  /**
   * The lines accepted since the last call, newlines included. Their room is free again then; the
   * server stays usable.
   */
  List<byte[]> lines() {
    clock.advance(limits.flushInterval());
    open.tick(false);
    return unread();
  }

  /** From now on the test is a journal that writes whatever comes, until the server is closed. */
  void letTheDiskTakeAll() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!closed) {
                  Group group = commits.take(PATIENCE.toNanos());
                  if (group != null) {
                    commits.commit(group);
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** The same as parsed JSON. */
  List<EventJson> events() {
    return lines().stream().map(EventJson::of).toList();
  }

  /** The only event accepted since the last call. */
  EventJson event() {
    List<EventJson> events = events();
    if (events.size() != 1) {
      throw new AssertionError("one event expected, but there are " + events);
    }
    return events.getFirst();
  }

  /** The bodies of the events accepted since the last call. */
  List<String> bodies() {
    return events().stream().map(EventJson::body).toList();
  }

  private synchronized List<byte[]> unread() {
    List<byte[]> lines = new ArrayList<>();
    while (read < sealed.size()) {
      Batch batch = sealed.get(read++);
      List<byte[]> ofBatch = split(batch);
      if (ofBatch.size() != batch.events()) {
        throw new AssertionError(batch.events() + " events are " + ofBatch.size() + " lines");
      }
      lines.addAll(ofBatch);
      budget.giveBack(batch);
    }
    return lines;
  }

  private static List<byte[]> split(Batch batch) {
    List<byte[]> lines = new ArrayList<>();
    var line = new ByteArrayOutputStream();
    for (Slab slab : batch.lines()) {
      ByteBuffer bytes = slab.written();
      while (bytes.hasRemaining()) {
        byte next = bytes.get();
        line.write(next);
        if (next == '\n') {
          lines.add(line.toByteArray());
          line.reset();
        }
      }
    }
    if (line.size() > 0) {
      throw new AssertionError("a batch ends within a line");
    }
    return lines;
  }

  /** Seals the last batch; whatever comes later is refused. */
  void closeBatch() {
    open.close();
  }

  /** The counters of all loops together. */
  Counts counts() {
    long requests = 0;
    long accepted = 0;
    long badRequests = 0;
    Map<Rejected, Long> rejected = new EnumMap<>(Rejected.class);
    for (HttpCounters loop : http.counters()) {
      Counts counts = loop.counts();
      requests += counts.requests();
      accepted += counts.accepted();
      badRequests += counts.badRequests();
      counts.rejected().forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
    }
    return new Counts(requests, accepted, rejected, badRequests);
  }

  @Override
  public void close() {
    http.close();
    closed = true;
    commits.wake();
  }

  /** How long a test waits for what must come. */
  static final Duration PATIENCE = Duration.ofSeconds(30);
}
