package io.estat.etl.server.events;

import static io.estat.etl.server.events.JobInHand.AT;
import static io.estat.etl.server.events.JobInHand.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.Transport;
import io.estat.etl.server.RunningServer;
import io.estat.etl.server.events.EventClient.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a watcher gets, over HTTP. */
final class EventStreamTest {
  @TempDir static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JobInHand job() {
    return JobInHand.create(server, JobInHand.transport(server, "A").id());
  }

  private static EventClient watch(String path, String... headers) {
    return EventClient.open(server, path, headers);
  }

  private static String id(JobInHand job, int seq) {
    return job.id() + ":" + seq;
  }

  @Test
  void sendsEachEventWhenItHappensWithItsIdAndData() {
    JobInHand job = job();
    try (EventClient client = watch(job.path())) {
      assertThat(client.header("Content-Type")).startsWith("text/event-stream");
      assertThat(client.header("Cache-Control")).isEqualTo("no-store");
      assertThat(client.header("X-Accel-Buffering")).isEqualTo("no");
      Event connected = client.next("connected");
      assertThat(connected.id()).isNull();
      assertThat(connected.json().at("/transport/id").asString())
          .isEqualTo(job.job().transportId().value());
      assertThat(connected.json().at("/job/status").asString()).isEqualTo("pending");

      job.start();
      Event started = client.next("job_started");
      assertThat(started.id()).isEqualTo(id(job, 1));
      assertThat(started.data())
          .isEqualTo(
              "{\"job_id\":\"%s\",\"at\":\"2026-03-01T10:00:00Z\",\"tables\":[\"A\"]}"
                  .formatted(job.id()));

      job.startTable("A");
      assertThat(client.next("extraction_started").json().path("total_rows").asLong())
          .isEqualTo(1000);

      job.keep(progress("A", 600));
      Event progress = client.next("extraction_progress");
      assertThat(progress.id()).isEqualTo(id(job, 3));
      assertThat(progress.data())
          .endsWith(
              "\"table\":\"A\",\"rows_processed\":600,\"total_rows\":1000,\"percentage\":60.0,"
                  + "\"rows_per_second\":200.0,\"bytes\":6000,\"eta_seconds\":2}");

      job.keep(new JobEvent.Waiting(AT, null, "the store is away", Duration.ofMinutes(10)));
      assertThat(client.next("waiting").data())
          .endsWith("\"table\":null,\"reason\":\"the store is away\",\"patience_seconds\":600}");

      job.completeTable("A");
      Event completed = client.next("extraction_completed");
      assertThat(completed.json().path("row_count").asLong()).isEqualTo(7);
      assertThat(completed.json().path("byte_count").asLong()).isEqualTo(99);
      assertThat(completed.json().path("gcs_path").asString())
          .isEqualTo("file:///landed/A.jsonl.gz");

      job.complete();
      assertThat(client.next("job_completed").id()).isEqualTo(id(job, 6));
      client.requireEnd();
    }
  }

  @Test
  void endsWithTheReasonOfAFailure() {
    JobInHand job = job();
    try (EventClient client = watch(job.path())) {
      client.next("connected");
      job.start().startTable("A").fail();
      List<Event> events = client.rest();
      assertThat(events)
          .extracting(Event::name)
          .containsExactly("job_started", "extraction_started", "extraction_failed", "job_failed");
      for (Event event : events.subList(2, 4)) {
        assertThat(event.json().at("/error/code").asString()).isEqualTo("INTERNAL_ERROR");
        assertThat(event.json().at("/error/message").asString()).isEqualTo("it broke");
      }
    }
  }

  @Test
  void endsWithACancelledJob() {
    JobInHand job = job();
    try (EventClient client = watch(job.path())) {
      client.next("connected");
      job.start().keep(new JobEvent.JobCancelled(AT, new Failure("CANCELLED", "by a person")));
      assertThat(client.rest())
          .extracting(Event::name)
          .containsExactly("job_started", "extraction_failed", "job_cancelled");
    }
  }

  @Test
  void sendsProgressThatIsNotKeptWithoutAnId() {
    JobInHand job = job().start().startTable("A");
    try (EventClient client = watch(job.path())) {
      client.next("connected");
      client.next("job_started");
      client.next("extraction_started");
      // The stream has joined the feed when something that is kept came through it.
      job.keep(progress("A", 1));
      assertThat(client.next("extraction_progress").id()).isEqualTo(id(job, 3));
      await()
          .untilAsserted(
              () -> {
                job.pass(progress("A", 2));
                assertThat(client.next("extraction_progress").id()).isNull();
              });
      job.completeTable("A").complete();
      assertThat(client.rest())
          .filteredOn(event -> event.id() != null)
          .extracting(Event::id)
          .containsExactly(id(job, 4), id(job, 5));
    }
    try (EventClient again = watch(job.path())) {
      assertThat(again.rest())
          .extracting(Event::name)
          .as("a replay has what is kept")
          .containsExactly(
              "connected",
              "job_started",
              "extraction_started",
              "extraction_progress",
              "extraction_completed",
              "job_completed");
    }
  }

  @Test
  void replaysWhatFollowedTheLastEventThatWasSeen() {
    JobInHand job = job().start().startTable("A");
    try (EventClient client = watch(job.path(), "Last-Event-ID", id(job, 1))) {
      client.next("connected");
      assertThat(client.next("extraction_started").id()).isEqualTo(id(job, 2));
      job.completeTable("A").complete();
      assertThat(client.rest()).extracting(Event::id).containsExactly(id(job, 3), id(job, 4));
    }
    try (EventClient again = watch(job.path(), "Last-Event-ID", id(job, 3))) {
      assertThat(again.rest())
          .extracting(Event::name)
          .containsExactly("connected", "job_completed");
    }
  }

  @Test
  void anIdThatTheJobHasNotComeToHidesNothing() {
    JobInHand job = job().start();
    try (EventClient client = watch(job.path(), "Last-Event-ID", id(job, 1000))) {
      client.next("connected");
      job.fail();
      assertThat(client.rest()).extracting(Event::id).containsExactly(id(job, 2), id(job, 3));
    }
  }

  @Test
  void answersNothingAfterTheFinalId() {
    JobInHand job = job().start().startTable("A").completeTable("A").complete();
    String status = "/api/transports/" + job.job().transportId() + "/status";
    for (String path : List.of(job.path(), status, status + "?job_id=" + job.id())) {
      var answer = server.get(path, "Last-Event-ID", id(job, 4));
      assertThat(answer.status()).as(path).isEqualTo(204);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void followsTheRunningJobOfATransportFromItsStart() {
    JobInHand job = job().start().startTable("A");
    try (EventClient client = watch("/api/transports/" + job.job().transportId() + "/status")) {
      assertThat(client.next("connected").json().at("/job/id").asString())
          .isEqualTo(job.id().value());
      client.next("job_started");
      client.next("extraction_started");
      job.completeTable("A").complete();
      assertThat(client.rest())
          .extracting(Event::name)
          .containsExactly("extraction_completed", "job_completed");
    }
  }

  @Test
  void waitsForTheNextJobOfATransport() {
    Transport transport = JobInHand.transport(server, "A");
    for (int version = 1; version <= 2; version++) {
      try (EventClient client = watch("/api/transports/" + transport.id() + "/status")) {
        Event connected = client.next("connected");
        assertThat(connected.json().at("/job/version").asInt(0)).isEqualTo(version - 1);
        JobInHand.create(server, transport.id())
            .start()
            .startTable("A")
            .completeTable("A")
            .complete();
        assertThat(client.rest())
            .extracting(Event::name)
            .containsExactly(
                "job_started", "extraction_started", "extraction_completed", "job_completed");
      }
    }
  }

  @Test
  void goesOnWithTheJobOfTheLastEventOfATransport() {
    JobInHand first = job().start().fail();
    JobInHand second = JobInHand.create(server, first.job().transportId()).start();
    String status = "/api/transports/" + first.job().transportId() + "/status";
    try (EventClient client = watch(status, "Last-Event-ID", id(first, 1))) {
      assertThat(client.rest())
          .extracting(Event::name)
          .containsExactly("connected", "extraction_failed", "job_failed");
    }
    try (EventClient client = watch(status + "?job_id=" + first.id())) {
      assertThat(client.rest()).hasSize(4);
    }
    second.fail();
  }

  @Test
  void endsWhenTheTransportIsDeleted() {
    Transport transport = JobInHand.transport(server, "A");
    try (EventClient client = watch("/api/transports/" + transport.id() + "/status")) {
      assertThat(client.next("connected").json().path("job").isNull()).isTrue();
      JobInHand.stores(server).transports().delete(transport.id(), transport.revision());
      client.requireEnd();
    }
  }

  @Test
  void showsAJobWhoseTransportIsDeleted() {
    JobInHand job = job().start().fail();
    Transport transport =
        JobInHand.stores(server).transports().find(job.job().transportId()).orElseThrow();
    JobInHand.stores(server).transports().delete(transport.id(), transport.revision());
    try (EventClient client = watch(job.path())) {
      List<Event> events = client.rest();
      assertThat(events).hasSize(4);
      assertThat(events.getFirst().json().path("transport").isNull()).isTrue();
    }
    assertThat(server.get("/api/transports/" + transport.id() + "/status").code())
        .isEqualTo("TRANSPORT_NOT_FOUND");
  }

  @Test
  void manyWatchersSeeTheSame() {
    JobInHand job = job();
    List<EventClient> clients = IntStream.range(0, 20).mapToObj(n -> watch(job.path())).toList();
    job.start().startTable("A");
    for (int rows = 1; rows <= 50; rows++) {
      job.keep(progress("A", rows));
    }
    job.completeTable("A").complete();
    List<String> expected = IntStream.rangeClosed(1, 54).mapToObj(n -> id(job, n)).toList();
    for (EventClient client : clients) {
      try (client) {
        client.next("connected");
        assertThat(client.rest()).extracting(Event::id).isEqualTo(expected);
      }
    }
    await().until(() -> server.bean(JobFeed.class).streams() == 0);
  }

  @Test
  void eachEventComesOnceHoweverLateTheWatcher() throws Exception {
    JobInHand job = job();
    int rows = 200;
    var engine =
        Thread.ofVirtual()
            .start(
                () -> {
                  job.start().startTable("A");
                  for (int row = 1; row <= rows; row++) {
                    job.keep(progress("A", row));
                  }
                  job.completeTable("A").complete();
                });
    List<EventClient> clients = Stream.generate(() -> watch(job.path())).limit(30).toList();
    List<String> expected = IntStream.rangeClosed(1, rows + 4).mapToObj(n -> id(job, n)).toList();
    for (EventClient client : clients) {
      try (client) {
        client.next("connected");
        assertThat(client.rest()).extracting(Event::id).isEqualTo(expected);
      }
    }
    engine.join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"JOB-1:1", "x", "JOB-20260131-235959-0a1b2c3d:-1", ":5"})
  void refusesALastEventIdThatIsNone(String id) {
    var answer = server.get(job().path(), "Last-Event-ID", id);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.json().at("/details/0/field").asString()).isEqualTo("Last-Event-ID");
  }

  @Test
  void refusesWhatIsNotThere() {
    JobInHand job = job();
    JobInHand other = job();
    String status = "/api/transports/" + other.job().transportId() + "/status";
    assertError("/api/jobs/JOB-20260131-235959-0a1b2c3d/events", 404, "JOB_NOT_FOUND");
    assertError("/api/jobs/1/events", 400, "VALIDATION_ERROR");
    assertError("/api/transports/TRPID-00000000/status", 404, "TRANSPORT_NOT_FOUND");
    assertError("/api/transports/1/status", 400, "VALIDATION_ERROR");
    assertError(status + "?job_id=1", 400, "VALIDATION_ERROR");
    assertError(status + "?job_id=" + job.id(), 404, "JOB_NOT_FOUND");
    var foreign = server.get(other.path(), "Last-Event-ID", id(job, 1));
    assertThat(foreign.status()).isEqualTo(400);
    assertThat(foreign.message()).contains(job.id().value(), other.id().value());
  }

  private static void assertError(String path, int status, String code) {
    // What an EventSource asks for.
    var answer = server.get(path, "Accept", "text/event-stream");
    assertThat(answer.status()).as(path).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(answer.json().path("trace_id").asString()).matches("[0-9a-f]{32}");
  }

  @Test
  void headDoesNotWait() {
    var answer = server.send("HEAD", job().path(), null);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
  }

  @Test
  void theDescriptionNamesStreamAndRefusals() {
    var api = server.get("/v3/api-docs").json();
    for (String path : List.of("/api/jobs/{id}/events", "/api/transports/{id}/status")) {
      var operation = api.path("paths").path(path).path("get");
      assertThat(operation.path("responses").propertyNames())
          .as(path)
          .containsExactlyInAnyOrder("200", "204", "400", "401", "403", "404", "429", "500", "503");
      var stream = operation.at("/responses/200/content");
      assertThat(stream.propertyNames()).containsExactly("text/event-stream");
      assertThat(operation.at("/responses/204").has("content")).isFalse();
      assertThat(operation.path("parameters").findValuesAsString("name"))
          .contains("id", "Last-Event-ID");
      assertThat(operation.path("description").asString()).contains("`extraction_progress` {");
    }
  }
}
