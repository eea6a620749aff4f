package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.ExtractionCompleted;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobFailed;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last steps of a job: a manifest, and with it a completed job; or neither. */
final class PublishTest {
  private static final String MANIFEST = "TRPID-0a1b2c3d/v001/_manifest.json";
  private static final String LATEST = "TRPID-0a1b2c3d/_latest.json";

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
  private final MemoryStore landed = new MemoryStore();

  /** Its plain puts are those of the manifest and of what names it. */
  private final FaultyStore store = new FaultyStore(landed);

  private final RecordingWatch events = new RecordingWatch();
  private Connection shop;
  private Source source;
  private @Nullable JobRun run;
  private boolean cancelling;

  /** Cancels, if wanted, when the first step after the tables is allowed. */
  private final JobWatch watch =
      new JobWatch() {
        @Override
        public void on(JobEvent event) throws ClaimLostException {
          events.on(event);
        }

        @Override
        public void requireClaim() {
          JobRun now = run;
          if (cancelling && now != null && !events.events(ExtractionCompleted.class).isEmpty()) {
            now.cancel(new Failure("CANCELLED", "asked for by a test"));
          }
        }
      };

  @BeforeEach
  void open() throws SQLException {
    shop = DriverManager.getConnection(url);
    shop.createStatement().execute("create table ORDERS as select 1 as ID");
    source = Sources.open(SourceSettings.of(url, "", ""));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    shop.close();
  }

  private JobOutcome run() throws InterruptedException {
    JobRun now =
        new Extractor(source, store, Landing.options(), InstantSource.system())
            .run(Landing.order("ORDERS"), watch);
    run = now;
    return now.run();
  }

  private void assertCompleted(JobOutcome outcome) {
    assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    assertThat(events.events().getLast()).isInstanceOf(JobCompleted.class);
    assertThat(landed.keys()).contains(MANIFEST);
  }

  @Test
  void aCancelThatMeetsTheManifestComesTooLate() throws Exception {
    cancelling = true;

    assertCompleted(run());
    assertThat(landed.keys()).contains(LATEST);
  }

  @Test
  void soDoesOneThatMeetsAManifestWhoseAnswerWasLost() throws Exception {
    cancelling = true;
    store.script(Fault.LOST_ANSWER);

    assertCompleted(run());
  }

  @Test
  void aManifestThatIsRefusedFailsTheJob() throws Exception {
    store.script(Fault.DENIED);

    assertThat(run()).isInstanceOf(JobOutcome.Failed.class);
    assertThat(events.events().getLast()).isInstanceOf(JobFailed.class);
    assertThat(landed.keys()).doesNotContain(MANIFEST, LATEST);
  }

  @Test
  void whatNamesTheLatestVersionIsTriedAgain() throws Exception {
    store.script(Fault.NONE, Fault.UNAVAILABLE, Fault.LOST_REQUEST);

    assertCompleted(run());
    assertThat(latest()).contains(MANIFEST);
  }

  @Test
  void aJobIsCompletedWithoutBeingNamedTheLatest() throws Exception {
    store.script(Fault.NONE, Fault.DENIED);

    assertCompleted(run());
    assertThat(landed.keys()).doesNotContain(LATEST);
  }

  @Test
  void aLaterVersionStaysTheLatest() throws Exception {
    String later = "{ \"format_version\" : 1, \"of\" : {\"version\" : 0}, \"version\" : 2 }";
    name(later);

    assertCompleted(run());
    assertThat(latest()).isEqualTo(later);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\": 1}",
        "{\"version\": 0, \"of\": {\"version\": 9}}",
        "[2]",
        "",
        "{\"ver",
        "\u0000\u0000\u0000{\u0000"
      })
  void everythingElseIsReplaced(String there) throws Exception {
    name(there);

    assertCompleted(run());
    assertThat(latest()).contains(MANIFEST);
  }

  private void name(String content) throws Exception {
    landed.put(
        new ObjectPut(
            LATEST,
            new ByteContent(content.getBytes(StandardCharsets.UTF_8)),
            "application/json",
            Map.of(),
            false,
            Duration.ofSeconds(5)));
  }

  private String latest() throws Exception {
    return new String(landed.bytes(LATEST), StandardCharsets.UTF_8);
  }
}
