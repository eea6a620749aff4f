package io.estat.etl.server.events;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.Job;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.Transport;
import io.estat.etl.domain.TransportId;
import io.estat.etl.domain.Trigger;
import io.estat.etl.server.RunningServer;
import io.estat.etl.server.store.Claim;
import io.estat.etl.server.store.JobCreation;
import io.estat.etl.server.store.StoreDatabase;
import io.estat.etl.server.store.Stores;
import io.estat.etl.server.store.TransportCreation;
import io.estat.etl.server.store.TransportDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A job whose engine is the test: what it reports goes the way of a runner's reports. */
record JobInHand(Stores stores, JobFeed feed, Claim claim, Job job) {
  static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
  static final LandedObject OBJECT =
      new LandedObject("A.jsonl.gz", "file:///landed/A.jsonl.gz", 7, 99, "e3069283", null);

  static Stores stores(RunningServer server) {
    return Stores.of(
        server.bean(StoreDatabase.class), InstantSource.system(), RandomGenerator.getDefault());
  }

  static Transport transport(RunningServer server, String... tables) {
    var definition =
        new TransportDefinition("t", "", "default", List.of(tables), Map.of(), true, null);
    var created = stores(server).transports().create(definition, null);
    return ((TransportCreation.Created) created).transport();
  }

  /** Creates a job and takes it, before anybody else can. */
  static JobInHand create(RunningServer server, TransportId transport) {
    Stores stores = stores(server);
    return stores
        .database()
        .inTransaction(
            () -> {
              Job job =
                  ((JobCreation.Created) stores.jobs().create(transport, Trigger.API, null)).job();
              Claim claim = stores.claims().claim("the test").orElseThrow();
              return new JobInHand(stores, server.bean(JobFeed.class), claim, job);
            });
  }

  JobId id() {
    return job.id();
  }

  String path() {
    return "/api/jobs/" + job.id() + "/events";
  }

  /** Keeps the event, and tells the feed of the instance that runs the job. */
  JobInHand keep(JobEvent event) {
    stores
        .events()
        .append(claim, event)
        .forEach(stored -> feed.on(stored.job(), stored.event(), stored.seq()));
    return this;
  }

  /** Tells the feed only. */
  void pass(JobEvent event) {
    feed.on(job.id(), event, 0);
  }

  JobInHand start() {
    return keep(new JobEvent.JobStarted(AT, List.of("A")));
  }

  JobInHand startTable(String table) {
    return keep(new JobEvent.ExtractionStarted(AT, table, 1000));
  }

  JobInHand completeTable(String table) {
    return keep(new JobEvent.ExtractionCompleted(AT, table, List.of(OBJECT)));
  }

  JobInHand complete() {
    return keep(new JobEvent.JobCompleted(AT));
  }

  JobInHand fail() {
    return keep(new JobEvent.JobFailed(AT, new Failure("INTERNAL_ERROR", "it broke")));
  }

  static JobEvent progress(String table, long rows) {
    return new JobEvent.Progress(AT, table, rows, 1000, rows * 10, Duration.ofSeconds(3));
  }
}
