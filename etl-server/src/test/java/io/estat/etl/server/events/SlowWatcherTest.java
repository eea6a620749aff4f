package io.estat.etl.server.events;

import static io.estat.etl.server.events.JobInHand.AT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.domain.JobEvent;
import io.estat.etl.server.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that does not read harms nobody but itself. */
final class SlowWatcherTest {
  private static final int TABLES = 40;
  private static final FeedOptions OPTIONS =
      new FeedOptions(Duration.ofSeconds(15), Duration.ofMillis(50), 50, 3);

  @TempDir static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.startWith(OPTIONS, folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Else a test would count the streams of the one before. */
  @BeforeEach
  void awaitSilence() {
    await().until(() -> server.bean(JobFeed.class).streams() == 0);
  }

  private JobInHand job() {
    String[] tables = IntStream.range(0, TABLES).mapToObj(n -> "T" + n).toArray(String[]::new);
    return JobInHand.create(server, JobInHand.transport(server, tables).id());
  }

  /** Sends the request, and reads nothing of the answer. */
  private Socket deaf(JobInHand job) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(job.path());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** As much as it takes until the server can write no more; how long it took to hand it over. */
  @SuppressWarnings("ThreadPriorityCheck") // gives the feed its turn; nothing depends on it
  private static Duration flood(JobInHand job) {
    String reason = "x".repeat(100_000);
    long begin = System.nanoTime();
    for (int n = 0; n < 2000; n++) {
      job.pass(new JobEvent.Waiting(AT, null, reason, Duration.ZERO));
      Thread.yield();
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void isDroppedAndNeverSlowsTheJob() throws Exception {
    JobInHand job = job();
    JobFeed feed = server.bean(JobFeed.class);
    try (Socket deaf = deaf(job);
        EventClient other = EventClient.open(server, job.path())) {
      other.next("connected");
      await().until(() -> feed.streams() == 2);
      job.start();
      other.next("job_started");

      await("the deaf one's connection is full")
          .until(
              () -> {
                flood(job);
                return feed.waiting() >= OPTIONS.queued();
              });
      // One write that waits for the deaf one takes Tomcat's 20 s.
      assertThat(flood(job)).as("2000 reports").isLessThan(Duration.ofSeconds(15));

      for (int n = 0; n < TABLES; n++) {
        job.startTable("T" + n);
        EventClient.Event started = other.next();
        while (started.name().equals("waiting")) {
          started = other.next();
        }
        assertThat(started.json().path("table").asString()).isEqualTo("T" + n);
      }
      job.fail();
      assertThat(other.rest()).extracting(EventClient.Event::name).endsWith("job_failed");

      deaf.setSoTimeout(60_000);
      String heard = new String(deaf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(heard).contains("event: job_started").doesNotContain("event: job_failed");
    }
    await().until(() -> feed.streams() == 0);
  }

  @Test
  void aClientThatHangsUpLeavesNothingBehind() throws Exception {
    JobInHand job = job();
    JobFeed feed = server.bean(JobFeed.class);
    try (Socket gone = deaf(job)) {
      await().until(() -> feed.streams() == 1);
      gone.setSoLinger(true, 0);
    }
    await()
        .until(
            () -> {
              job.pass(JobInHand.progress("T0", 1));
              return feed.streams() == 0;
            });
  }

  @Test
  void refusesMoreStreamsThanThereMayBe() {
    JobInHand job = job();
    try (var first = EventClient.open(server, job.path());
        var second = EventClient.open(server, job.path());
        var third = EventClient.open(server, job.path())) {
      var answer = server.get(job.path());
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("UNAVAILABLE");
      assertThat(answer.message()).contains("3 streams are open");
      job.start().fail();
      for (EventClient client : new EventClient[] {first, second, third}) {
        client.rest();
      }
    }
    try (var later = EventClient.open(server, job.path())) {
      assertThat(later.rest()).isNotEmpty();
    }
  }
}
