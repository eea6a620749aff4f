package io.estat.etl.server.events;

import static io.estat.etl.server.events.JobInHand.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.etl.server.RunningServer;
import io.estat.testkit.Chromium;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real browser makes of the streams. */
final class EventsInChromiumIT {
  private static final String KEY = "a-key-of-0123456789-abcdef";

  /** Fetches, and shows what has come in {@code heard} while it comes. */
  private static final String FETCH =
      """
      window.heard = ''; window.over = '';
      fetch('%s', {headers: %s}).then(async answer => {
        heard += answer.status + '\\n';
        const reader = answer.body.getReader();
        const text = new TextDecoder();
        for (;;) {
          const {done, value} = await reader.read();
          if (done) break;
          heard += text.decode(value, {stream: true});
        }
        over = 'over';
      });
      'begun'""";

  /** Listens until the browser gives the stream up. */
  private static final String EVENT_SOURCE =
      """
      window.heard = ''; window.over = '';
      { const source = new EventSource('%s');
        for (const name of ['connected', 'job_started', 'extraction_started',
            'extraction_completed', 'job_completed'])
          source.addEventListener(name, event =>
              heard += name + ' ' + event.lastEventId.split(':').pop() + ';');
        source.onerror = () => {
          heard += 'error;';
          if (source.readyState === EventSource.CLOSED) over = 'over';
        }; }
      'begun'""";

  @TempDir Path folder;

  // Each test opens both with the settings it needs.
  @SuppressWarnings("NullAway.Init")
  private RunningServer server;

  @SuppressWarnings("NullAway.Init")
  private Chromium chromium;

  @AfterEach
  void stop() {
    chromium.close();
    server.close();
  }

  private JobInHand open(String... settings) throws Exception {
    server = RunningServer.start(folder, settings);
    chromium = new Chromium(folder.resolve("chromium"));
    chromium.open(server.url("/api/health").toString());
    return JobInHand.create(server, JobInHand.transport(server, "A").id());
  }

  private void hears(String text) {
    await(text)
        .atMost(Duration.ofSeconds(60))
        .until(() -> chromium.run("JSON.stringify(heard)").contains(text));
  }

  private String heardInAll() {
    await("the end")
        .atMost(Duration.ofSeconds(60))
        .until(() -> chromium.run("over").equals("over"));
    return chromium.run("heard");
  }

  @Test
  void fetchReadsEachEventWhenItHappens() throws Exception {
    JobInHand job = open("AUTH_API_KEYS", "browser:read:" + KEY);
    chromium.run(FETCH.formatted(job.path(), "{'X-API-Key': '" + KEY + "'}"));
    hears("event: connected");
    job.start();
    hears("event: job_started");
    job.startTable("A");
    hears("event: extraction_started");
    job.keep(progress("A", 500));
    hears("percentage");
    job.completeTable("A").complete();
    assertThat(heardInAll()).startsWith("200").contains("event: job_completed");

    chromium.run(
        FETCH.formatted(
            job.path(), "{'X-API-Key': '" + KEY + "', 'Last-Event-ID': '" + job.id() + ":4'}"));
    assertThat(heardInAll()).doesNotContain("extraction_completed").contains("job_completed");
  }

  @Test
  void aKeyInTheUrlOpensNothing() throws Exception {
    JobInHand job = open("AUTH_API_KEYS", "browser:read:" + KEY);
    chromium.run(FETCH.formatted(job.path() + "?api_key=" + KEY + "&access_token=" + KEY, "{}"));
    assertThat(heardInAll()).startsWith("401").contains("AUTHENTICATION_ERROR");
  }

  @Test
  void eventSourceComesBackOnceAndThenStaysAway() throws Exception {
    JobInHand job = open();
    String status = "/api/transports/" + job.job().transportId() + "/status";
    chromium.run(EVENT_SOURCE.formatted(status));
    hears("connected");
    job.start();
    hears("job_started 1");
    job.startTable("A").completeTable("A").complete();
    assertThat(heardInAll())
        .isEqualTo(
            "connected ;job_started 1;extraction_started 2;extraction_completed 3;"
                + "job_completed 4;error;error;");
  }

  @Test
  void eventSourceGoesOnWhereItWasCutOff() throws Exception {
    JobInHand job = open();
    chromium.run(EVENT_SOURCE.formatted(job.path()));
    job.start();
    hears("job_started 1");
    server.bean(JobFeed.class).cut();
    hears("error");
    job.startTable("A");
    hears("connected 1;extraction_started 2");
    job.completeTable("A").complete();
    assertThat(heardInAll())
        .isEqualTo(
            "connected ;job_started 1;error;connected 1;extraction_started 2;"
                + "extraction_completed 3;job_completed 4;error;error;");
  }
}
