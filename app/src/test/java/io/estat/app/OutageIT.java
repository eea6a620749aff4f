package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.IngestProcess.Setup;
import io.estat.testkit.FlakyProxy;
import io.estat.testkit.FlakyProxy.Manner;
import io.estat.testkit.MinioServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ninety seconds of events while everything happens to the store that happens to stores. The server
 * has one core and no setting but its destination; the load, MinIO and the proxy between have the
 * other cores.
 */
final class OutageIT {
  private static final int PER_SECOND = 5000;
  private static final int SECONDS = 90;

  /** What happens, and at which second of the load. */
  private record Step(int second, String what, Action action) {}

  private interface Action {
    void run() throws Exception;
  }

  @TempDir Path folder;

  @Test
  void answersEveryEventWith200AndLandsItOnceThroughEveryKindOfOutage() throws Exception {
    try (Cores cores = Cores.leaveFirstToTheServer();
        MinioBucket bucket = new MinioBucket(folder.resolve("minio"));
        FlakyProxy proxy = new FlakyProxy(bucket.port());
        IngestProcess server =
            new Setup(folder).s3(proxy.url(), MinioBucket.NAME).under(cores.first()).start()) {
      long start = System.nanoTime();
      Background load =
          Background.load(
              new LoadClient(server.port(), "/collect", 16, PER_SECOND, PER_SECOND * SECONDS));
      List<Metrics> scrapes = scrapeThrough(steps(bucket.minio(), proxy), server, load, start);

      LoadClient.Answers answers = load.join();
      System.out.printf(
          "%s at %.0f/s, slowest %s, %d resets, %d scrapes, %d events by way of the DLQ%n",
          answers.counts(),
          answers.perSecond(),
          answers.slowest(),
          proxy.resets(),
          scrapes.size(),
          scrapes.getLast().of("dlq_events_enqueued_total"));
      assertThat(answers.counts()).as("%s", answers.surprises()).containsOnlyKeys(200);
      assertThat(answers.perSecond())
          .as("the load was really there")
          .isGreaterThan(0.8 * PER_SECOND);
      assertThat(scrapes).hasSizeGreaterThan(SECONDS * 9 / 10);
      assertThat(proxy.resets()).isPositive();
      assertThat(scrapes.getLast().of("dlq_events_enqueued_total")).isGreaterThan(100_000);

      await("all but the open batch is in the bucket")
          .atMost(Duration.ofSeconds(120))
          .until(() -> isDrained(server.metrics()));
      assertThat(server.stop()).as(server.err()).isZero();
      Landed landed = bucket.landed();
      System.out.printf("%d events in %d objects%n", landed.count(), landed.objects().size());
      landed.assertExactly(answers.accepted());
    }
  }

  private static List<Step> steps(MinioServer minio, FlakyProxy proxy) {
    return List.of(
        new Step(8, "killed", minio::kill),
        new Step(28, "started again", minio::start),
        new Step(36, "hung", minio::hang),
        new Step(56, "goes on", minio::goOn),
        new Step(64, "two seconds a put", () -> proxy.behave(Manner.LATE)),
        new Step(74, "resets", () -> proxy.behave(Manner.RESET)),
        new Step(84, "well", () -> proxy.behave(Manner.PASS)));
  }

  /** Looks at the books every second while the steps come in their time. */
  private static List<Metrics> scrapeThrough(
      List<Step> steps, IngestProcess server, Background load, long start) throws Exception {
    List<Metrics> scrapes = new ArrayList<>();
    List<Step> left = new ArrayList<>(steps);
    for (int second = 1; second <= SECONDS || !load.isOver(); second++) {
      long due = start + TimeUnit.SECONDS.toNanos(second);
      for (long wait; (wait = due - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(wait);
      }
      while (!left.isEmpty() && left.getFirst().second() <= second) {
        Step step = left.removeFirst();
        System.out.println("second " + second + ": " + step.what());
        step.action().run();
      }
      Metrics metrics = server.metrics();
      metrics.assertIdentitiesHold();
      assertThat(metrics.of("http_requests_rejected_queue_full_total"))
          .as("503 by second %d: %s", second, metrics.values())
          .isZero();
      scrapes.add(metrics);
    }
    return scrapes;
  }

  private static boolean isDrained(Metrics metrics) {
    metrics.assertIdentitiesHold();
    return metrics.of("events_in_dlq") == 0
        && metrics.of("dlq_files_current") == 0
        && metrics.of("upload_queue_depth") == 0;
  }
}
