package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.Progress;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.TransportId;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.FolderStore;
import io.estat.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs from a real PostgreSQL, whose rows come by COPY, into a real folder. */
@Timeout(300)
class PostgresRunTest {
  private static final int ROWS = 300_000;

  @TempDir private Path folder;

  private PostgresServer.Database database;
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    database = PostgresServer.shared().createDatabase();
    source =
        Sources.open(
            SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD));
    sql(
        """
        create table orders as select i as id, 'note "' || i as note, i / 7.0 as share,
          timestamp '2024-02-29' + i * interval '1 s' as at from generate_series(1, %d) i
        """
            .formatted(ROWS));
    sql("analyze orders");
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void landsTheSameLinesAsByTheResultSet() throws Exception {
    assertThat(run(source, 1, TableOptions.NONE)).isInstanceOf(JobOutcome.Completed.class);
    assertThat(run(new PlainSource(source), 2, TableOptions.NONE))
        .isInstanceOf(JobOutcome.Completed.class);

    List<String> lines = lines(1);
    assertThat(lines).hasSize(ROWS).isEqualTo(lines(2));
  }

  @Test
  void landsSomeColumnsOfSomeRowsByRangesOfAKey() throws Exception {
    var some =
        new TableOptions(List.of("note", "id"), "note like '%\"1%' or id < 10", null, "id", null);
    assertThat(run(source, 1, some)).isInstanceOf(JobOutcome.Completed.class);
    assertThat(run(new PlainSource(source), 2, some)).isInstanceOf(JobOutcome.Completed.class);

    List<String> lines = lines(1);
    assertThat(lines).hasSizeBetween(100_000, 200_000).isEqualTo(lines(2));
    assertThat(lines.getFirst()).startsWith("{\"note\":");
  }

  @Test
  void readsAChunkAgainWhoseSessionWasKilled() throws Exception {
    var killed = new AtomicBoolean();
    JobWatch watch =
        new JobWatch() {
          @Override
          public void on(JobEvent event) {
            if (event instanceof Progress && killed.compareAndSet(false, true)) {
              kill();
            }
          }

          @Override
          public void requireClaim() {}
        };
    assertThat(run(source, 1, TableOptions.NONE, watch)).isInstanceOf(JobOutcome.Completed.class);
    assertThat(killed).isTrue();
    assertThat(lines(1)).hasSize(ROWS).doesNotHaveDuplicates();
  }

  @Test
  void endsSoonWhenItIsCancelledWhileTheServerIsSilent() throws Exception {
    sql("create view slow as select 1 as id, pg_sleep(600)::text as v");
    JobRun run =
        jobRun(source, 1, TableRequest.of("slow", TableOptions.NONE), new RecordingWatch());
    var started = new CountDownLatch(1);
    Thread canceller =
        Thread.ofVirtual()
            .start(
                () -> {
                  awaitCopy();
                  started.countDown();
                  run.cancel(new Failure("CANCELLED", "enough"));
                });
    assertThat(run.run()).isInstanceOf(JobOutcome.Cancelled.class);
    canceller.join();
    assertThat(started.getCount()).isZero();
  }

  @Test
  void neverShiftsByTheZoneOfTheJvm() throws Exception {
    sql("drop table orders");
    sql(
        """
        create table orders as select timestamp '2024-03-10 02:30:00' as gap,
          timestamptz '2024-11-03 05:30:00+00' as twice, date '2024-03-10' as day
        """);
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
    try (Source there =
        Sources.open(
            SourceSettings.of(database.url(), PostgresServer.USER, PostgresServer.PASSWORD))) {
      run(there, 1, TableOptions.NONE);
      run(new PlainSource(there), 2, TableOptions.NONE);
    } finally {
      TimeZone.setDefault(before);
    }
    assertThat(lines(1))
        .containsExactly(
            "{\"gap\":\"2024-03-10T02:30:00.000000\",\"twice\":\"2024-11-03T05:30:00.000000+00:00\",\"day\":\"2024-03-10\"}")
        .isEqualTo(lines(2));
  }

  @Test
  void aTableTenTimesTheOthersIsReadByAllWorkersFirst() throws Exception {
    sql("create table other as select i from generate_series(1, %d) i".formatted(ROWS / 10));
    sql("analyze other");
    var landing = new Landing(folder);
    var together = new CyclicBarrier(4);
    Source meeting =
        BentSource.withActionBeforeSessions(
            session -> {
              if (session <= 4) {
                meet(together);
                assertThat(landing.watch().events(ExtractionStarted.class))
                    .extracting(ExtractionStarted::table)
                    .containsExactly("orders");
                meet(together);
              }
            },
            source);

    assertThat(landing.run(meeting, Landing.options().withSplitRows(20_000), "other", "orders"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(landing.lines("orders")).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(landing.lines("other")).hasSize(ROWS / 10);
  }

  private static void meet(CyclicBarrier together) {
    try {
      together.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("the workers do not read one table at the same time", e);
    }
  }

  private JobOutcome run(Source from, int version, TableOptions options) throws Exception {
    return run(from, version, options, new RecordingWatch());
  }

  private JobOutcome run(Source from, int version, TableOptions options, JobWatch watch)
      throws Exception {
    return jobRun(from, version, TableRequest.of("orders", options), watch).run();
  }

  private JobRun jobRun(Source from, int version, TableRequest table, JobWatch watch) {
    var order =
        JobOrder.of(
            new JobId("JOB-20260131-235959-0a1b2c3d"),
            new TransportId("TRPID-0a1b2c3d"),
            version,
            null,
            List.of(table));
    var patience =
        new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(30));
    return new Extractor(
            from,
            new FolderStore(folder),
            ExtractOptions.DEFAULTS.withRetry(patience),
            InstantSource.system())
        .run(order, watch);
  }

  /** Sorted: workers finish chunks in any order. */
  private List<String> lines(int version) throws IOException {
    Path object = folder.resolve("TRPID-0a1b2c3d/v%03d/orders.jsonl.gz".formatted(version));
    try (var in = new GZIPInputStream(Files.newInputStream(object))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().sorted().toList();
    }
  }

  private void kill() {
    try {
      sql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy%'");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitCopy() {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      boolean running = false;
      while (!running) {
        try (ResultSet row =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where query like 'copy%' and wait_event = 'PgSleep'")) {
          row.next();
          running = row.getInt(1) > 0;
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
