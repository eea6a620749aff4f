package io.estat.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wired server with {@code ACK=disk}. */
class AckDiskTest {
  @TempDir Path folder;
  private final MemoryStore bucket = new MemoryStore();
  private final FaultyStore store = new FaultyStore(bucket);

  private Site site(Path data, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("ACK", "disk", "JOURNAL_DIR", data.resolve("journal").toString()));
    return new Site(store, data.resolve("dlq"), all.toArray(String[]::new));
  }

  static List<String> journalFiles(Path data) {
    try (Stream<Path> files = Files.list(data.resolve("journal"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a machine would find after a power cut, now. */
  private Path image(Path data, String name) throws IOException {
    Path image = folder.resolve(name);
    Files.createDirectories(image.resolve("journal"));
    for (String file : journalFiles(data)) {
      Files.copy(data.resolve("journal").resolve(file), image.resolve("journal").resolve(file));
    }
    return image;
  }

  @Test
  void theLinesOfAnAnsweredEventAreInTheJournalUntilTheirBatchIsStored() throws Exception {
    Path data = folder.resolve("a");
    try (var site = site(data, "BATCH_SIZE", "3")) {
      assertThat(site.post("one")).isEqualTo(200);
      assertThat(journalFiles(data)).hasSize(1);
      String file = journalFiles(data).getFirst();
      assertThat(Files.readString(data.resolve("journal").resolve(file)))
          .as("zeros are room")
          .matches("\\{\"ts\":\\d+,.*\"body\":\"one\"}\n#[0-9a-f]{8}\n\0*");
      site.post("two");
      site.post("three");
      await().until(() -> bucket.keys().size() == 1 && journalFiles(data).isEmpty());
      assertThat(bucket.keys().getFirst()).endsWith("/" + file + ".gz");
      site.scrape().assertIdentities();
      site.post("four");
      assertThat(site.stop()).isZero();
      assertThat(journalFiles(data)).isEmpty();
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw")))
        .containsExactly("one", "two", "three", "four");
  }

  @Test
  void theNextLifeUploadsWhatWasAnsweredUnderTheSameName() throws Exception {
    Path data = folder.resolve("a");
    try (var site = site(data)) {
      for (int i = 0; i < 20; i++) {
        assertThat(site.post("event " + i)).isEqualTo(200);
      }
      Path image = image(data, "image");
      String file = journalFiles(image).getFirst();
      try (var next = site(image)) {
        await().until(() -> bucket.keys().size() == 1 && journalFiles(image).isEmpty());
        MetricsText metrics = next.scrape();
        assertThat(metrics.of("events_recovered_total")).isEqualTo(20);
        metrics.assertIdentities();
      }
      assertThat(bucket.keys().getFirst()).endsWith("/" + file + ".gz");
      // The first life goes on and finds its batch in the bucket: no second object.
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw"))).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void stoppingWithoutStoreOrDeadLetterFolderLosesNothing() throws Exception {
    Path data = folder.resolve("a");
    store.fail(Fault.UNAVAILABLE);
    try (var site = site(data, "DLQ_MAX_SIZE_BYTES", "1048576")) {
      site.post("kept");
      Path dlq = data.resolve("dlq");
      Files.move(dlq, data.resolve("aside"));
      Files.createFile(dlq);
      assertThat(site.stop()).isZero();
      Files.delete(dlq);
      Files.move(data.resolve("aside"), dlq);
    }
    assertThat(journalFiles(data)).hasSize(1);
    store.well();
    try (var _ = site(data)) {
      await().until(() -> bucket.keys().size() == 1);
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw"))).containsExactly("kept");
  }

  @Test
  void aJournalThatTakesNothingIsTheReasonNotToBeReadyUntilItDoes() throws Exception {
    Path data = folder.resolve("a");
    try (var site = site(data, "BATCH_SIZE", "1")) {
      await().until(() -> site.read("/ready").statusCode() == 200);
      assertThat(site.post("before")).isEqualTo(200);
      await().until(() -> bucket.keys().size() == 1);
      // A file in the folder's place: nothing can be created, whoever runs this test.
      Path aside = folder.resolve("aside");
      Files.move(data.resolve("journal"), aside);
      Files.createFile(data.resolve("journal"));
      assertThat(site.post("refused")).isEqualTo(503);
      assertThat(site.read("/ready").statusCode()).isEqualTo(503);
      assertThat(site.read("/ready").body()).startsWith("refusing work: the journal in " + data);
      assertThat(site.read("/health").statusCode()).isEqualTo(200);
      assertThat(site.post("refused, too")).isEqualTo(503);
      MetricsText metrics = site.scrape();
      assertThat(metrics.of("journal_failures_total")).isEqualTo(1);
      assertThat(metrics.of("http_requests_rejected_unavailable_total")).isEqualTo(2);
      assertThat(metrics.of("events_accepted_total")).isEqualTo(1);
      metrics.assertIdentities();
      Files.delete(data.resolve("journal"));
      Files.move(aside, data.resolve("journal"));
      await().until(() -> site.read("/ready").statusCode() == 200);
      assertThat(site.post("after")).isEqualTo(200);
    }
    assertThat(Landed.bodies(Landed.lines(bucket, "raw")))
        .containsExactlyInAnyOrder("before", "after");
  }
}
