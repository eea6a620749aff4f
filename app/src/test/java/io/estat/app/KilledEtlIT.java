package io.estat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.estat.storage.ObjectInfo;
import io.estat.storage.ObjectStore;
import io.estat.storage.StoreException;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers as they are shipped share one job store, and one of them is gone at once. */
final class KilledEtlIT {
  private static final Duration START = Duration.ofSeconds(120);

  /**
   * The job store must tell the truth within a minute, which is 55 seconds of silence and a turn of
   * a server that gets its turns; a busy machine may hold that up.
   */
  private static final Duration TRUTH = Duration.ofSeconds(120);

  /** A job over it takes minutes, and its upload is open after the first of them. */
  private static final String SOURCE =
      """
      create table quick (id int primary key, name text);
      insert into quick select i, 'row ' || i from generate_series(1, 1000) i;
      create function slowly(i int) returns text language plpgsql volatile as $$
      begin
        perform pg_sleep(0.001);
        return (select string_agg(md5(i::text || j), '') from generate_series(1, 400) j);
      end $$;
      create view slow as select i as id, slowly(i) as text from generate_series(1, 1000000) i;
      """;

  @TempDir Path folder;

  @Test
  void theOtherInstanceTellsTheTruthWithinAMinuteAndSchedulesGoOn() throws Exception {
    PostgresServer.Database source = PostgresServer.shared().createDatabase();
    PostgresServer.Database jobs = PostgresServer.shared().createDatabase();
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(SOURCE);
    }
    try (MinioBucket bucket = new MinioBucket(folder.resolve("minio"));
        EtlProcess one = start(bucket, source, jobs);
        EtlProcess two = start(bucket, source, jobs)) {
      String slow = create(one, "{\"name\": \"slow\", \"tables\": [\"slow\", \"quick\"]}");
      String job = execute(one, slow);
      await("an upload that is open")
          .atMost(START)
          .ignoreExceptions() // of a folder that MinIO removes meanwhile
          .until(this::hasOpenUpload);
      String often =
          create(
              two,
              """
              {"name": "often", "tables": ["quick"],
               "schedule": {"expression": "*/3 * * * * *", "timezone": "UTC"}}
              """);
      await("a scheduled run").atMost(START).until(() -> completed(two, often) > 0);
      assertThat(status(two, job)).isEqualTo("running");

      EtlProcess holder = one.out().contains("job " + job) ? one : two;
      EtlProcess other = holder == one ? two : one;
      int before = completed(other, often);
      holder.signal("KILL");

      await("the truth").atMost(TRUTH).until(() -> !status(other, job).equals("running"));
      String told = other.get("/api/jobs/" + job);
      assertThat(status(other, job)).as(told).isEqualTo("failed");
      assertThat(told).contains("PROCESS_DIED").doesNotContain("\"status\":\"running\"");
      await("no open upload").atMost(TRUTH).ignoreExceptions().until(() -> !hasOpenUpload());
      assertThat(keys(bucket, slow + "/"))
          .as("the table that was completed, and nothing else")
          .containsExactlyInAnyOrder(
              slow + "/v001/quick.jsonl.gz", slow + "/v001/quick.schema.json");
      await("scheduled runs go on").atMost(TRUTH).until(() -> completed(other, often) > before + 3);
    }
  }

  private EtlProcess start(
      MinioBucket bucket, PostgresServer.Database source, PostgresServer.Database jobs)
      throws IOException {
    return EtlProcess.start(
        EtlProcess.setup(folder)
            .s3(bucket.minio().url(), MinioBucket.NAME)
            .with("S3_REGION", "us-east-1")
            .with("SOURCE_URL", source.url())
            .with("SOURCE_USERNAME", PostgresServer.USER)
            .with("SOURCE_PASSWORD", PostgresServer.PASSWORD)
            .with("REPOSITORY_URL", jobs.url())
            .with("REPOSITORY_USERNAME", PostgresServer.USER)
            .with("REPOSITORY_PASSWORD", PostgresServer.PASSWORD));
  }

  /** MinIO keeps the parts of an upload in a folder of its own until it is over. */
  private boolean hasOpenUpload() throws IOException {
    Path uploads = folder.resolve("minio/data/.minio.sys/multipart");
    try (Stream<Path> parts = Files.walk(uploads)) {
      return parts.anyMatch(Files::isRegularFile);
    }
  }

  private static List<String> keys(MinioBucket bucket, String prefix) throws StoreException {
    try (ObjectStore store = bucket.store()) {
      return store.list(prefix, null).stream().map(ObjectInfo::key).toList();
    }
  }

  private static String create(EtlProcess server, String transport) throws IOException {
    HttpResponse<String> answer = server.post("/api/transports", transport);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return EtlProcess.value("id", answer.body());
  }

  private static String execute(EtlProcess server, String transport) throws IOException {
    HttpResponse<String> answer = server.post("/api/transports/" + transport + "/execute", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return EtlProcess.value("job_id", answer.body());
  }

  private static String status(EtlProcess server, String job) throws IOException {
    // The first one is the job's own.
    return EtlProcess.value("status", server.get("/api/jobs/" + job));
  }

  private static int completed(EtlProcess server, String transport) throws IOException {
    String jobs = "/api/jobs?limit=1&status=completed&transport_id=" + transport;
    return Integer.parseInt(EtlProcess.value("total", server.get(jobs)));
  }
}
