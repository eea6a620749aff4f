package io.estat.etl.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.storage.ByteContent;
import io.estat.storage.ObjectPut;
import io.estat.storage.ObjectUpload;
import io.estat.storage.ObjectUploadRequest;
import io.estat.storage.UploadBudget;
import io.estat.storage.UploadRetry;
import io.estat.testkit.Fault;
import io.estat.testkit.FaultyStore;
import io.estat.testkit.FaultyStore.Call;
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
  private final LeftUploads left = nextProcess();

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

  /** The process died between the commit of ITEMS and its entry in the job store. */
  @Test
  void removesObjectsOfTheJobThatNoCompletedTableNames() throws Exception {
    Job job = givenUpJob("ORDERS");
    String prefix = job.transportId() + "/v001/";
    Map<String, String> ofTheJob = Map.of("estat-job", job.id().value());
    for (String kept : List.of("ORDERS.jsonl.gz", "ORDERS-00002.jsonl.gz", "ORDERS.schema.json")) {
      land(prefix + kept, ofTheJob);
    }
    land(prefix + "ITEMS.jsonl.gz", ofTheJob);
    land(prefix + "ITEMS-00002.jsonl.gz", ofTheJob);
    land(prefix + "ITEMS.schema.json", ofTheJob);
    land(prefix + "OTHER.jsonl.gz", Map.of("estat-job", "JOB-20260301-100000-ffffffff"));
    land(prefix + "NOBODYS.jsonl.gz", Map.of());
    put(prefix + "_manifest.json", ofTheJob);
    land(job.transportId() + "/v002/ITEMS.jsonl.gz", ofTheJob);

    left.turn();

    assertThat(memory.keys())
        .containsExactly(
            prefix + "NOBODYS.jsonl.gz",
            prefix + "ORDERS-00002.jsonl.gz",
            prefix + "ORDERS.jsonl.gz",
            prefix + "ORDERS.schema.json",
            prefix + "OTHER.jsonl.gz",
            prefix + "_manifest.json",
            job.transportId() + "/v002/ITEMS.jsonl.gz");
    assertThat(stores.claims().openUploads()).isEmpty();
  }

  @Test
  void triesAgainUntilTheObjectIsRemoved() throws Exception {
    Job job = givenUpJob();
    String key = job.transportId() + "/v001/ITEMS.jsonl.gz";
    land(key, Map.of("estat-job", job.id().value()));
    store.script(Call.UPLOAD_ABORT, Fault.UNAVAILABLE);
    left.turn();
    assertThat(memory.keys()).containsExactly(key);
    assertThat(stores.claims().openUploads()).containsExactly(job.id());

    left.turn();

    assertThat(memory.keys()).isEmpty();
    assertThat(stores.claims().openUploads()).isEmpty();
  }

  @Test
  void whatMayNotBeRemovedIsLeftToTheNextProcess() throws Exception {
    Job job = givenUpJob();
    String key = job.transportId() + "/v001/ITEMS.jsonl.gz";
    land(key, Map.of("estat-job", job.id().value()));
    store.script(Call.UPLOAD_ABORT, Fault.DENIED);
    left.turn();
    left.turn();
    assertThat(memory.keys()).containsExactly(key);
    assertThat(stores.claims().openUploads()).containsExactly(job.id());

    nextProcess().turn();

    assertThat(memory.keys()).isEmpty();
    assertThat(stores.claims().openUploads()).isEmpty();
  }

  @Test
  void norIsWhatMayNotBeSeenTakenForGone() throws Exception {
    Job job = givenUpJob();
    store.fail(Fault.DENIED);
    left.turn();
    assertThat(stores.claims().openUploads()).containsExactly(job.id());

    store.well();
    nextProcess().turn();

    assertThat(stores.claims().openUploads()).isEmpty();
  }

  private LeftUploads nextProcess() {
    return new LeftUploads(stores.jobs(), stores.claims(), store, Duration.ofSeconds(5));
  }

  private void open(String key) throws Exception {
    ObjectUpload upload = upload(key, Map.of());
    upload.append(new byte[100_000], 0, 100_000);
    upload.finishParts();
  }

  private void land(String key, Map<String, String> metadata) throws Exception {
    try (ObjectUpload upload = upload(key, metadata)) {
      upload.append(new byte[10], 0, 10);
      upload.commit();
    }
  }

  private ObjectUpload upload(String key, Map<String, String> metadata) {
    return memory.upload(
        new ObjectUploadRequest(
            key,
            "application/gzip",
            metadata,
            1024,
            new UploadBudget(64 << 20),
            Duration.ofSeconds(5),
            UploadRetry.NEVER));
  }

  private void put(String key, Map<String, String> metadata) throws Exception {
    var content = new ByteContent(new byte[10]);
    memory.put(
        new ObjectPut(key, content, "application/json", metadata, true, Duration.ofSeconds(5)));
  }

  /**
   * @param completed of its tables
   */
  private Job givenUpJob(String... completed) {
    var definition =
        new TransportDefinition(
            "a", "", "default", List.of("ORDERS", "ITEMS"), Map.of(), true, null);
    var created = (TransportCreation.Created) stores.transports().create(definition, null);
    var creation = stores.jobs().create(created.transport().id(), Trigger.API, null);
    Claim claim = stores.claims().claim("this").orElseThrow();
    stores.events().append(claim, new JobEvent.JobStarted(NOW, List.of("ORDERS", "ITEMS")));
    for (String table : completed) {
      List<LandedObject> objects =
          List.of(landed(table + ".jsonl.gz"), landed(table + "-00002.jsonl.gz"));
      stores.events().append(claim, new JobEvent.ExtractionStarted(NOW, table, 1));
      stores.events().append(claim, new JobEvent.ExtractionCompleted(NOW, table, objects));
    }
    stores.claims().abandon(claim, JobReports.SHUTDOWN);
    return ((JobCreation.Created) creation).job();
  }

  private static LandedObject landed(String name) {
    return new LandedObject(name, "memory://test/" + name, 1, 10, "00000000", null);
  }
}
