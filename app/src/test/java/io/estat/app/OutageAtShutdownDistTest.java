package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.app.IngestProcess.Setup;
import io.estat.testkit.EarlyAnsweringServer;
import io.estat.testkit.EarlyAnsweringServer.Manner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store or the disk, or both, are away when the signal comes. */
final class OutageAtShutdownDistTest {
  private static final String CLOSED_PORT = "http://127.0.0.1:1";

  @TempDir Path folder;

  @Test
  void savesWhatARefusingStoreDoesNotTakeAndTheNextStartUploadsIt() throws Exception {
    BitSet accepted;
    try (IngestProcess server = quick().s3(CLOSED_PORT, "bucket").start()) {
      accepted = load(server, 1000);
      assertThat(server.stop()).as(server.out() + server.err()).isZero();
      assertThat(server.out())
          .containsPattern("WARN.*1000 events stay in DLQ_DIR=" + quick().dlq())
          .contains("stored=0 reuploaded=0 in_dlq=1000 lost=0");
    }
    assertThat(files("dlq")).isNotEmpty().allMatch(name -> name.matches(".*\\.jsonl\\.gz(\\..*)?"));
    List<String> names = files("dlq");

    try (IngestProcess next = quick().start()) {
      await("uploaded").until(() -> files("dlq").isEmpty());
      Metrics metrics = next.metrics();
      metrics.assertIdentitiesHold();
      assertThat(metrics.of("events_recovered_total")).isEqualTo(1000);
      assertThat(metrics.of("dlq_events_reuploaded_total")).isEqualTo(1000);
      assertThat(next.stop()).isZero();
    }
    Landed landed = Landed.in(quick().store());
    landed.assertExactly(accepted);
    assertThat(landed.objects())
        .as("the name is that of the batch")
        .allSatisfy(key -> assertThat(names).contains(key.substring(key.lastIndexOf('/') + 1)));
  }

  @Test
  void endsWithinItsBoundAlthoughTheStoreHangs() throws Exception {
    Setup setup = quick().with("SHUTDOWN_TIMEOUT", "7s").with("S3_TIMEOUT", "2s");
    try (EarlyAnsweringServer hangs = new EarlyAnsweringServer(Manner.NEVER_ANSWERS);
        IngestProcess server = setup.s3(hangs.url(), "bucket").with("BATCH_SIZE", "100").start()) {
      BitSet accepted = load(server, 1000);
      await("a put hangs").until(() -> hangs.puts() > 0);
      long start = System.nanoTime();
      assertThat(server.stop()).as(server.out() + server.err()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
      assertThat(server.out()).contains("in_dlq=1000 lost=0");
      assertThat(accepted.cardinality()).isEqualTo(1000);
    }
    try (IngestProcess next = quick().start()) {
      await("uploaded").until(() -> files("dlq").isEmpty());
      assertThat(next.stop()).isZero();
    }
    assertThat(Landed.in(quick().store()).count()).isEqualTo(1000);
  }

  @Test
  void saysHowManyEventsAreLostWhenNeitherStoreNorDiskTakesThem() throws Exception {
    Path dlq = Files.createDirectories(folder.resolve("small"));
    try (FullDisk disk = FullDisk.at(dlq);
        IngestProcess server =
            quick()
                .s3(CLOSED_PORT, "bucket")
                .with("DLQ_DIR", disk.folder().toString())
                .with("SHUTDOWN_TIMEOUT", "6s")
                .with("S3_TIMEOUT", "500ms")
                .with("BATCH_SIZE", "50")
                .with("CHANNEL_SIZE", "50")
                .with("UPLOAD_QUEUE", "2")
                .start()) {
      disk.fill();
      // What memory can hold: an open batch, what may wait beside it, and two batches in the queue.
      LoadClient.Answers answers = new LoadClient(server.port(), "/collect", 2, 1000, 400).run();
      assertThat(answers.counts()).as(disk.how()).containsOnlyKeys(200, 503);
      int accepted = answers.accepted().cardinality();
      await("unready").until(() -> server.answers("/ready", 503));
      assertThat(server.get("/ready").body()).contains("refusing work");
      Metrics metrics = server.metrics();
      metrics.assertIdentitiesHold();
      assertThat(metrics.of("events_in_memory")).as(disk.how()).isEqualTo(accepted);

      assertThat(server.stop()).as(disk.how() + server.out() + server.err()).isEqualTo(3);
      assertThat(server.out())
          .containsPattern("ERROR.*local DLQ save failed: ")
          .containsPattern("ERROR.*\\b" + accepted + " events are lost")
          .contains("accepted=" + accepted + " stored=0 reuploaded=0 in_dlq=0 lost=" + accepted);
      StopLine last = StopLine.in(server.out());
      last.assertIdentitiesHold();
      last.assertAgreesWith(answers);
    }
  }

  private Setup quick() {
    return new Setup(folder).with("DRAIN_DELAY", "0s");
  }

  private static BitSet load(IngestProcess server, int events) throws InterruptedException {
    LoadClient.Answers answers = new LoadClient(server.port(), "/collect", 2, 5000, events).run();
    assertThat(answers.counts()).as("%s", answers.surprises()).containsOnlyKeys(200);
    return answers.accepted();
  }

  /** Names of what is kept, without the lock. */
  private List<String> files(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".jsonl.gz") || file.endsWith(".meta.json"))
          .toList();
    }
  }
}
