package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.estat.app.IngestProcess.Setup;
import io.estat.app.TortureRound.Ack;
import io.estat.app.TortureRound.Card;
import io.estat.testkit.FlakyProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.LoggerFactory;

/**
 * Lives of the built distribution before a MinIO, under load, each with a fault and an end that the
 * seed chooses; a life finds what the ones before it left in its folders. At the end, with the
 * store well, what was answered 200 is compared with what lies in the bucket.
 *
 * <p>As a program: {@code Torture <rounds> <minutes> <seed> <folder>} ends with whichever of rounds
 * and minutes comes first, prints a table, and exits with 1 if a promise was broken.
 */
final class Torture implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final int PER_SECOND = 1500;

  /** More than any life lasts: the load is stopped. */
  private static final int IDS_OF_A_LIFE = 120 * PER_SECOND;

  private final Path folder;
  private final long seed;
  private final MinioBucket bucket;
  private final FlakyProxy proxy;
  private final Map<Ack, Disks> disks = new EnumMap<>(Ack.class);
  private final List<TortureRound> rounds = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private int nextId;

  /**
   * @param folder on a disk, empty
   */
  Torture(Path folder, long seed) throws IOException, InterruptedException {
    this.folder = folder.toAbsolutePath(); // the server's own folder is another
    this.seed = seed;
    bucket = new MinioBucket(folder.resolve("minio"));
    proxy = new FlakyProxy(bucket.port());
    for (Ack ack : Ack.values()) {
      disks.put(ack, Disks.in(this.folder.resolve(ack.name())));
    }
  }

  public static void main(String[] args) throws Exception {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.WARN); // the store's client has much to say
    }
    int rounds = Integer.parseInt(args[0]);
    Duration limit = Duration.ofMinutes(Integer.parseInt(args[1]));
    long seed = Long.parseLong(args[2]);
    Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(args[3])), "run");
    TortureReport report;
    try (Torture torture = new Torture(folder, seed)) {
      report = torture.run(rounds, limit);
    }
    System.out.println("\nseed " + seed + ", in " + folder + "\n" + report);
    System.exit(report.promisesKept() ? 0 : 1);
  }

  /** Ends with the first of both; the rounds that were begun are finished. */
  TortureReport run(int most, Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (Card card : TortureRound.deal(most, new Random(seed), this::isPlayable)) {
      if (System.nanoTime() > end) {
        break;
      }
      int number = rounds.size();
      try {
        play(card, number);
      } catch (AssertionError | ConditionTimeoutException | IOException e) {
        problems.add("round %d, %s: %s".formatted(number + 1, card, e));
      }
    }
    for (Ack ack : Ack.values()) {
      drain(ack);
    }
    return TortureReport.of(most, rounds, bucket.landed(), problems);
  }

  private boolean isPlayable(Trouble trouble, Ack ack) {
    return trouble.canBefall(ack, disks(ack).canBeFilled());
  }

  private Disks disks(Ack ack) {
    return Objects.requireNonNull(disks.get(ack));
  }

  private Setup setup(Ack ack) {
    Setup setup =
        new Setup(disks(ack).home())
            .s3(proxy.url(), MinioBucket.NAME)
            .with("DLQ_DIR", disks(ack).dlqFolder().toString())
            .with("BATCH_SIZE", "500")
            .with("FLUSH_INTERVAL", "1s")
            .with("DRAIN_DELAY", "0s")
            .with("SHUTDOWN_TIMEOUT", "12s");
    return ack == Ack.DISK
        ? setup.with("ACK", "disk").with("JOURNAL_DIR", disks(ack).journalFolder().toString())
        : setup;
  }

  private void play(Card card, int number) throws IOException, InterruptedException {
    Random random = new Random(seed * 1_000_003 + number);
    long start = System.nanoTime();
    SteppedClock clock = SteppedClock.in(disks(card.ack()).home());
    clock.stepTo(Duration.ZERO);
    Setup setup = setup(card.ack());
    if (card.ack() == Ack.MEMORY && card.trouble().fillsADisk()) {
      setup.with("DLQ_OVERFLOW", "backpressure"); // else the oldest files go: counted, but gone
    }
    try (IngestProcess server =
        (card.trouble().isOfTheClock() ? clock.rule(setup) : setup).start()) {
      var place = new Trouble.Place(bucket.minio(), proxy, server, disks(card.ack()), clock);
      Background load =
          Background.load(
              new LoadClient(server.port(), "/collect", CONNECTIONS, PER_SECOND, IDS_OF_A_LIFE)
                  .from(nextId));
      boolean stopped = false;
      try {
        letPass(random, 300, 1500);
        awaitAccepted(server);
        card.trouble().begin(place);
        try {
          letPass(random, 300, 3000);
          stopped = endAmid(card, server, random);
        } finally {
          card.trouble().end(place);
        }
        if (server.isAlive()) {
          letPass(random, 300, 1500);
          checkBooks(server);
          stop(server);
          stopped = true;
        }
      } finally {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        var round = new TortureRound(card, load.stop(), took);
        rounds.add(round);
        nextId =
            round.answers().byStatus().values().stream()
                .mapToInt(BitSet::length)
                .reduce(nextId, Math::max);
        System.out.printf(
            "round %d: ACK=%s, %s, %s: %s in %.1f s%n",
            rounds.size(),
            card.ack().name().toLowerCase(Locale.ROOT),
            card.trouble(),
            card.ending(),
            round.answers().counts(),
            took.toMillis() / 1e3);
        if (stopped) {
          StopLine.in(server.out()).assertAgreesWith(round.answers());
        }
      }
    }
  }

  /** Whatever comes, there is something to lose. */
  private static void awaitAccepted(IngestProcess server) {
    await("an event is acknowledged")
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .until(() -> server.metrics().of("events_accepted_total") > 0);
  }

  /** Returns whether the server was stopped, and so has said its last word. */
  private static boolean endAmid(Card card, IngestProcess server, Random random)
      throws IOException, InterruptedException {
    return switch (card.ending()) {
      case KILL -> {
        checkBooks(server);
        server.signal("KILL");
        assertThat(server.awaitExit()).as("128 + SIGKILL").isEqualTo(137);
        yield false;
      }
      case TERM -> {
        checkBooks(server);
        if (card.trouble().leavesNoPlace(card.ack())) {
          yield false;
        }
        stop(server);
        yield true;
      }
      case PAUSE -> {
        server.signal("STOP");
        letPass(random, 200, 3000);
        server.signal("CONT");
        letPass(random, 200, 1000);
        yield false;
      }
      case OUTLIVE -> false;
    };
  }

  private static void stop(IngestProcess server) throws IOException, InterruptedException {
    assertThat(server.stop()).as("exit code of SIGTERM: " + server.err()).isZero();
    StopLine last = StopLine.in(server.out());
    last.assertIdentitiesHold();
    assertThat(last.values()).as("nothing is so old or so much").containsEntry("expired", 0L);
  }

  private static void checkBooks(IngestProcess server) throws IOException {
    Metrics metrics = server.metrics();
    metrics.assertIdentitiesHold();
    assertThat(metrics.of("dlq_events_expired_total")).as("nothing is so old or so much").isZero();
  }

  /** A last life without a fault, until nothing is on its way. */
  private void drain(Ack ack) throws IOException, InterruptedException {
    try (IngestProcess server = setup(ack).start()) {
      await("all of ACK=" + ack + " is in the bucket")
          .atMost(Duration.ofSeconds(120))
          .until(() -> server.metrics().isDrained() && journalFiles(ack) == 0);
      checkBooks(server);
      stop(server);
    } catch (AssertionError | ConditionTimeoutException | IOException e) {
      problems.add("after the last round, ACK=" + ack + ": " + e);
    }
  }

  private long journalFiles(Ack ack) throws IOException {
    if (ack == Ack.MEMORY) {
      return 0;
    }
    try (Stream<Path> files = Files.list(disks(ack).journalFolder())) {
      return files.filter(file -> !file.getFileName().toString().equals(".lock")).count();
    }
  }

  private static void letPass(Random random, int leastMillis, int mostMillis) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(random.nextInt(leastMillis, mostMillis));
    long end = System.nanoTime() + nanos;
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    bucket.close();
    for (Disks mounted : disks.values()) {
      mounted.close();
    }
  }
}
