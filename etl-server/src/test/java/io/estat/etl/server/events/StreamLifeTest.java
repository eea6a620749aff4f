package io.estat.etl.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.Transport;
import io.estat.etl.server.RunningServer;
import io.estat.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams in silence, at the end of their server, and beside another one. */
final class StreamLifeTest {
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);

  @TempDir Path folder;

  @Test
  void aCommentComesInSilence() {
    var often = new FeedOptions(Duration.ofMillis(50), Duration.ofMillis(50), 16, 10);
    try (var server = RunningServer.startWith(often, folder)) {
      Transport transport = JobInHand.transport(server, "A");
      try (var client = EventClient.open(server, "/api/transports/" + transport.id() + "/status")) {
        client.next("connected");
        assertThat(client.next("comment").data()).isEqualTo("heartbeat");
        client.next("comment");
        JobInHand job = JobInHand.create(server, transport.id()).start();
        EventClient.Event next = client.next();
        while (next.name().equals("comment")) {
          next = client.next();
        }
        assertThat(next.name()).isEqualTo("job_started");
        client.next("comment");
        job.fail();
        assertThat(client.rest()).extracting(EventClient.Event::name).endsWith("job_failed");
      }
    }
  }

  @Test
  void tellsAJobOfTheRealEngine() throws Exception {
    String source = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    try (Connection connection = DriverManager.getConnection(source);
        Statement statement = connection.createStatement()) {
      statement.execute("create table A (ID int primary key)");
      statement.execute("insert into A select X from system_range(1, 1234)");
    }
    try (var server = RunningServer.start(folder, "SOURCE_URL", source)) {
      String path = "/api/transports/" + JobInHand.transport(server, "A").id();
      try (var client = EventClient.open(server, path + "/status")) {
        client.next("connected");
        assertThat(server.send("POST", path + "/execute", null).status()).isEqualTo(202);
        List<EventClient.Event> events =
            client.rest().stream()
                .filter(event -> !event.name().equals("extraction_progress"))
                .toList();
        assertThat(events)
            .extracting(EventClient.Event::name)
            .containsExactly(
                "job_started", "extraction_started", "extraction_completed", "job_completed");
        assertThat(events.get(2).json().path("row_count").asLong()).isEqualTo(1234);
      }
    }
  }

  @Test
  void theSilenceIsFifteenSeconds() {
    assertThat(FeedOptions.DEFAULT.heartbeat()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void endsFirstWhenTheServerIsStopped() {
    var server = RunningServer.start(folder);
    JobInHand job = JobInHand.create(server, JobInHand.transport(server, "A").id()).start();
    Transport idle = JobInHand.transport(server, "A");
    List<EventClient> clients =
        Stream.of(job.path(), "/api/transports/" + idle.id() + "/status")
            .map(path -> EventClient.open(server, path))
            .toList();
    clients.getFirst().next("connected");
    clients.getFirst().next("job_started");
    clients.getLast().next("connected");

    long begin = System.nanoTime();
    server.close();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);

    clients.forEach(EventClient::requireEnd);
    assertThat(took).as("else 30 s for open requests").isLessThan(Duration.ofSeconds(25));
  }

  @Test
  void beginsNoStreamWhileTheServerIsBeingStopped() {
    try (var server = RunningServer.start(folder)) {
      JobInHand job = JobInHand.create(server, JobInHand.transport(server, "A").id()).start();
      server.bean(JobFeed.class).endStreams();
      var answer = server.get(job.path());
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.message()).contains("is being stopped");
    }
  }

  @Test
  void seesWhatAnotherInstanceReportsWithinTwoSeconds() {
    var database = PostgresServer.shared().createDatabase();
    String[] repository = {
      "REPOSITORY_URL", database.url(),
      "REPOSITORY_USERNAME", PostgresServer.USER,
      "REPOSITORY_PASSWORD", PostgresServer.PASSWORD
    };
    try (var runs = RunningServer.start(folder.resolve("a"), repository);
        var watches = RunningServer.start(folder.resolve("b"), repository)) {
      Transport transport = JobInHand.transport(runs, "A");
      try (var client =
          EventClient.open(watches, "/api/transports/" + transport.id() + "/status")) {
        client.next("connected");
        JobInHand job = JobInHand.create(runs, transport.id());
        var times = new ArrayList<Duration>();
        times.add(timeToSee(() -> job.start(), client, "job_started"));
        times.add(timeToSee(() -> job.startTable("A"), client, "extraction_started"));
        times.add(
            timeToSee(() -> job.keep(JobInHand.progress("A", 5)), client, "extraction_progress"));
        times.add(timeToSee(() -> job.completeTable("A"), client, "extraction_completed"));
        times.add(timeToSee(() -> job.complete(), client, "job_completed"));
        Collections.sort(times);
        assertThat(times.get(2)).as("median of %s", times).isLessThan(SEEN_WITHIN);
        client.requireEnd();
        try (var resumed =
            EventClient.open(watches, job.path(), "Last-Event-ID", job.id() + ":4")) {
          assertThat(resumed.rest())
              .extracting(EventClient.Event::name)
              .containsExactly("connected", "job_completed");
        }
      }
      await().until(() -> watches.bean(JobFeed.class).streams() == 0);
    }
  }

  private static Duration timeToSee(Runnable report, EventClient client, String name) {
    long begin = System.nanoTime();
    report.run();
    client.next(name);
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
