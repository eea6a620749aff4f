package io.estat.etl.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LeftUploadsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final StoreDatabase database =
      StoreDatabase.open(new StoreSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", ""));
  private final Stores stores =
      Stores.of(database, InstantSource.fixed(NOW), RandomGenerator.getDefault());
  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = new FaultyStore(memory);
  private final LeftUploads left = new LeftUploads(stores.jobs(), stores.claims(), store);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void endsTheUploadsOfAGivenUpJobAndOfNoOther() throws Exception {
    Job givenUp = givenUpJob();
    open(givenUp.transportId() + "/v001/ORDERS.jsonl.gz");
    open(givenUp.transportId() + "/v002/ORDERS.jsonl.gz");

    left.turn();

    assertThat(stores.claims().openUploads()).isEmpty();
    assertThat(memory.abortUploads("")).isEqualTo(1);
  }

  @Test
  void triesAgainUntilTheObjectStoreAnswers() throws Exception {
    Job givenUp = givenUpJob();
    open(givenUp.transportId() + "/v001/ORDERS.jsonl.gz");
    store.fail(Fault.UNAVAILABLE);
    left.turn();
    assertThat(stores.claims().openUploads()).containsExactly(givenUp.id());

    store.well();
    left.turn();

    assertThat(stores.claims().openUploads()).isEmpty();
    assertThat(memory.abortUploads("")).isZero();
  }

  private void open(String key) throws Exception {
    ObjectUpload upload =
        memory.upload(
            new ObjectUploadRequest(
                key,
                "application/gzip",
                Map.of(),
                1024,
                new UploadBudget(64 << 20),
                Duration.ofSeconds(5),
                UploadRetry.NEVER));
    upload.append(new byte[100_000], 0, 100_000);
    upload.finishParts();
  }

  private Job givenUpJob() {
    var definition =
        new TransportDefinition("a", "", "default", List.of("ORDERS"), Map.of(), true, null);
    var created = (TransportCreation.Created) stores.transports().create(definition, null);
    var creation = stores.jobs().create(created.transport().id(), Trigger.API, null);
    Claim claim = stores.claims().claim("this").orElseThrow();
    stores.events().append(claim, new JobEvent.JobStarted(NOW, List.of("ORDERS")));
    stores.claims().abandon(claim, JobReports.SHUTDOWN);
    return ((JobCreation.Created) creation).job();
  }
}
