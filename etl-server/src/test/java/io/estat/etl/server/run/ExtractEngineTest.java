package io.estat.etl.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.Extraction;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobStatus;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.Trigger;
import io.estat.etl.extract.ExtractOptions;
import io.estat.etl.extract.Extractor;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.StoreSettings;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A job from its creation to its manifest, with the engine and a database that are real. */
final class ExtractEngineTest {
  @Test
  void runsTheJobsOfATransport() throws Exception {
    String sourceUrl = "jdbc:h2:mem:" + UUID.randomUUID();
    InstantSource clock = InstantSource.system();
    try (Connection shop = DriverManager.getConnection(sourceUrl);
        MemoryStore landed = new MemoryStore();
        StoreDatabase database =
            StoreDatabase.open(new StoreSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", ""));
        Source source = Sources.open(SourceSettings.of(sourceUrl, "", ""))) {
      shop.createStatement()
          .execute(
              "create table ORDERS (ID int primary key);"
                  + " insert into ORDERS select X from system_range(1, 1000);"
                  + " create table EMPTY (ID int)");
      Stores stores = Stores.of(database, clock, RandomGenerator.getDefault());
      var extractor = new Extractor(source, landed, ExtractOptions.DEFAULTS, clock);
      try (var runner =
          new JobRunner(
              stores,
              new ExtractEngine(extractor, stores.jobs(), stores.events()),
              (job, event, seq) -> {},
              new RunnerOptions("this", 2),
              clock)) {
        runner.start();
        Transport transport = transport(stores);

        Job first = run(stores, runner, transport);
        Job second = run(stores, runner, transport);

        assertThat(first.status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(first.extractions()).extracting(Extraction::rowCount).containsExactly(900L, 0L);
        assertThat(first.metrics().totalRows()).isEqualTo(900);
        String prefix = transport.id() + "/v001/";
        assertThat(landed.keys())
            .contains(
                prefix + "ORDERS.jsonl.gz",
                prefix + "EMPTY.jsonl.gz",
                prefix + "_manifest.json",
                transport.id() + "/_latest.json");
        assertThat(second.version()).isEqualTo(2);
        assertThat(text(landed, transport.id() + "/v002/_manifest.json"))
            .containsPattern("\"previous_version\" ?: ?1");
      }
    }
  }

  private static String text(MemoryStore store, String key) throws Exception {
    return new String(store.bytes(key), StandardCharsets.UTF_8);
  }

  private static Transport transport(Stores stores) {
    var some = new TableOptions(List.of(), "ID > 100", null, null, null);
    var definition =
        new TransportDefinition(
            "shop", "", "default", List.of("ORDERS", "EMPTY"), Map.of("ORDERS", some), true, null);
    return ((TransportCreation.Created) stores.transports().create(definition, null)).transport();
  }

  private static Job run(Stores stores, JobRunner runner, Transport transport) {
    var creation = stores.jobs().create(transport.id(), Trigger.API, null);
    Job job = ((JobCreation.Created) creation).job();
    runner.wake();
    await().until(() -> stores.jobs().find(job.id()).orElseThrow().status().isFinal());
    return stores.jobs().find(job.id()).orElseThrow();
  }
}
