package io.estat.etl.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.estat.etl.domain.Failure;
import io.estat.etl.domain.JobEvent;
import io.estat.etl.domain.JobEvent.ExtractionCompleted;
import io.estat.etl.domain.JobEvent.ExtractionFailed;
import io.estat.etl.domain.JobEvent.ExtractionStarted;
import io.estat.etl.domain.JobEvent.JobCancelled;
import io.estat.etl.domain.JobEvent.JobCompleted;
import io.estat.etl.domain.JobEvent.JobFailed;
import io.estat.etl.domain.JobEvent.JobStarted;
import io.estat.etl.domain.JobEvent.Progress;
import io.estat.etl.domain.JobId;
import io.estat.etl.domain.LandedObject;
import io.estat.etl.domain.TableOptions;
import io.estat.etl.domain.TransportId;
import io.estat.etl.encode.ColumnNaming;
import io.estat.etl.extract.SnapshotPolicy.OnLost;
import io.estat.etl.extract.SnapshotPolicy.Scope;
import io.estat.etl.plan.TableRequest;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceBehind;
import io.estat.etl.source.SourceSettings;
import io.estat.etl.source.Sources;
import io.estat.storage.FolderStore;
import io.estat.storage.PartLimits;
import io.estat.testkit.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs from a real H2 into a real folder. */
final class JobRunTest {
  private static final TransportId TRANSPORT = new TransportId("TRPID-0a1b2c3d");
  private static final JobId JOB = new JobId("JOB-20260131-235959-0a1b2c3d");
  private static final RetryPolicy IMPATIENT =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO);

  @TempDir private Path folder;

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  private final RecordingWatch watch = new RecordingWatch();
  private Source source;

  @BeforeEach
  void open() throws SQLException {
    sql("create table ORDERS (ID int primary key, NOTE varchar(100))");
    sql("insert into ORDERS select X, 'note ' || X from system_range(1, 25000)");
    sql("create table CUSTOMERS (ID int primary key, NAME varchar(100))");
    sql("insert into CUSTOMERS values (1, 'Ada'), (2, 'B\"ob'), (3, null)");
    sql("create table NOTHING (ID int)");
    source = Sources.open(SourceSettings.of(url, "sa", ""));
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
    sql("shutdown");
  }

  @Test
  void landsEveryTableAndThenTheManifest() throws Exception {
    assertThat(run(source, "ORDERS", "CUSTOMERS", "NOTHING"))
        .isInstanceOf(JobOutcome.Completed.class);

    assertThat(files())
        .containsExactlyInAnyOrder(
            "TRPID-0a1b2c3d/_latest.json",
            "TRPID-0a1b2c3d/v001/CUSTOMERS.jsonl.gz",
            "TRPID-0a1b2c3d/v001/CUSTOMERS.schema.json",
            "TRPID-0a1b2c3d/v001/NOTHING.jsonl.gz",
            "TRPID-0a1b2c3d/v001/NOTHING.schema.json",
            "TRPID-0a1b2c3d/v001/ORDERS.jsonl.gz",
            "TRPID-0a1b2c3d/v001/ORDERS.schema.json",
            "TRPID-0a1b2c3d/v001/_manifest.json");
    assertThat(lines("CUSTOMERS"))
        .containsExactlyInAnyOrder(
            "{\"ID\":1,\"NAME\":\"Ada\"}",
            "{\"ID\":2,\"NAME\":\"B\\\"ob\"}",
            "{\"ID\":3,\"NAME\":null}");
    assertThat(lines("ORDERS")).hasSize(25_000).doesNotHaveDuplicates();
    assertThat(lines("NOTHING")).isEmpty();
  }

  @Test
  void anEmptyTableIsOneObjectWithOneEmptyMember() throws Exception {
    run(source, "NOTHING");

    byte[] object = Files.readAllBytes(folder.resolve("TRPID-0a1b2c3d/v001/NOTHING.jsonl.gz"));
    assertThat(object).startsWith(0x1f, 0x8b).hasSizeLessThan(32);
  }

  @Test
  void tellsEveryStepInOrder() throws Exception {
    run(source, "ORDERS");

    List<JobEvent> events = watch.events();
    assertThat(events.getFirst()).isInstanceOf(JobStarted.class);
    assertThat(events.get(1)).isInstanceOf(ExtractionStarted.class);
    assertThat(watch.events(Progress.class)).isNotEmpty();
    assertThat(events.get(events.size() - 2)).isInstanceOf(ExtractionCompleted.class);
    assertThat(events.getLast()).isInstanceOf(JobCompleted.class);
    LandedObject landed = watch.events(ExtractionCompleted.class).getFirst().objects().getFirst();
    assertThat(landed.rows()).isEqualTo(25_000);
    assertThat(landed.bytes())
        .isEqualTo(Files.size(folder.resolve("TRPID-0a1b2c3d/v001/ORDERS.jsonl.gz")));
  }

  @Test
  void theManifestNamesObjectsColumnsAndCounts() throws Exception {
    run(source, "ORDERS");

    String manifest = Files.readString(folder.resolve("TRPID-0a1b2c3d/v001/_manifest.json"));
    assertThat(tokens(manifest)).isPositive();
    assertThat(manifest)
        .contains("\"job\" : \"JOB-20260131-235959-0a1b2c3d\"")
        .contains("\"rows\" : 25000")
        .contains("\"verify\" : \"count\"")
        .contains("\"name\" : \"ORDERS.jsonl.gz\"");
    assertThat(Files.readString(folder.resolve("TRPID-0a1b2c3d/_latest.json")))
        .contains("TRPID-0a1b2c3d/v001/_manifest.json");
  }

  @Test
  void aMissingTableFailsTheJobButNotTheOthers() throws Exception {
    JobOutcome outcome = run(source, "ORDRES", "CUSTOMERS");

    assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
    Failure why = ((JobOutcome.Failed) outcome).why();
    assertThat(why.code()).isEqualTo("TABLE_NOT_FOUND");
    assertThat(why.message()).contains("1 of 2 tables", "ORDRES", "did you mean", "ORDERS");
    assertThat(files())
        .containsExactly(
            "TRPID-0a1b2c3d/v001/CUSTOMERS.jsonl.gz", "TRPID-0a1b2c3d/v001/CUSTOMERS.schema.json");
    assertThat(watch.events().getLast()).isInstanceOf(JobFailed.class);
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void aTableThatBreaksTheDriverWhileItIsPlannedFailsTheJobButNotTheOthers(Scope scope)
      throws Exception {
    var tables = new AtomicInteger();
    Source breaking =
        BentSource.withActionBeforeColumns(
            () -> {
              if (tables.incrementAndGet() == 1) {
                throw new IllegalStateException("a fault of the driver");
              }
            },
            source);
    ExtractOptions options =
        options().withParallelTables(1).withSnapshots(new SnapshotPolicy(scope, OnLost.FAIL));

    JobOutcome outcome = run(breaking, options, "ORDERS", "CUSTOMERS");

    assertOnlyCustomersLanded(outcome);
  }

  @Test
  void soDoesOneWhosePointInTimeBreaksTheDriver() throws Exception {
    // After the one for the default owner.
    var breaking = new BreakingConnection(source, new AtomicInteger(), 2);
    ExtractOptions options =
        options().withParallelTables(1).withSnapshots(new SnapshotPolicy(Scope.TABLE, OnLost.FAIL));

    JobOutcome outcome = run(breaking, options, "ORDERS", "CUSTOMERS");

    assertOnlyCustomersLanded(outcome);
  }

  private void assertOnlyCustomersLanded(JobOutcome outcome) throws IOException {
    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("INTERNAL_ERROR");
    assertThat(files())
        .containsExactly(
            "TRPID-0a1b2c3d/v001/CUSTOMERS.jsonl.gz", "TRPID-0a1b2c3d/v001/CUSTOMERS.schema.json");
  }

  @Test
  void aCursorThatEndsEarlyFailsTheTable() throws Exception {
    JobOutcome outcome = run(BentSource.endingCursorsAfter(24_999, source), "ORDERS");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("COUNT_MISMATCH");
    assertThat(((JobOutcome.Failed) outcome).why().message())
        .contains("counts 25000 rows", "24999 were read");
    assertThat(files()).isEmpty();
  }

  @Test
  void aChunkThatTheDriverDropsFailsTheTable() throws Exception {
    JobOutcome outcome = run(BentSource.endingCursorsAfter(0, source), "ORDERS", "NOTHING");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("COUNT_MISMATCH");
    assertThat(files())
        .containsExactly(
            "TRPID-0a1b2c3d/v001/NOTHING.jsonl.gz", "TRPID-0a1b2c3d/v001/NOTHING.schema.json");
  }

  @Test
  void withoutVerifyTheDatabaseIsNotAskedAndTheManifestSaysSo() throws Exception {
    JobOutcome outcome =
        run(BentSource.endingCursorsAfter(10, source), options().withoutVerify(), "ORDERS");

    assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    assertThat(Files.readString(folder.resolve("TRPID-0a1b2c3d/v001/_manifest.json")))
        .contains("\"verify\" : \"off\"");
  }

  @Test
  void aCursorThatIsCutIsReadAgainFromTheStartOfItsChunk() throws Exception {
    JobOutcome outcome = run(BentSource.cuttingCursors(2, 12_345, source), "ORDERS");

    assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    assertThat(lines("ORDERS")).hasSize(25_000).doesNotHaveDuplicates();
  }

  @Test
  void aCursorThatIsCutAgainAndAgainFailsTheTable() throws Exception {
    JobOutcome outcome = run(BentSource.cuttingCursors(100, 5, source), "ORDERS", "NOTHING");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("ORACLE_CONNECTION_ERROR");
    assertThat(files()).doesNotContain("TRPID-0a1b2c3d/v001/ORDERS.jsonl.gz");
  }

  @Test
  void whereBigQueryWouldNotTakeANameThereIsNoSchemaFileAndTheManifestSaysWhy() throws Exception {
    sql("create table ODD (\"a b\" int, \"A B\" int)");

    run(source, "ODD");

    assertThat(files()).doesNotContain("TRPID-0a1b2c3d/v001/ODD.schema.json");
    assertThat(Files.readString(folder.resolve("TRPID-0a1b2c3d/v001/_manifest.json")))
        .contains("no_schema_file");
  }

  @Test
  void namesForBigQueryStandInLinesSchemaAndManifest() throws Exception {
    sql("create table ODD (\"a b\" int, \"A B\" int)");
    sql("insert into ODD values (1, 2)");

    run(source, options().withColumnNames(ColumnNaming.BIGQUERY), "ODD");

    String line = lines("ODD").getFirst();
    assertThat(line).doesNotContain(" ");
    String schema = Files.readString(folder.resolve("TRPID-0a1b2c3d/v001/ODD.schema.json"));
    String first = line.substring(2, line.indexOf('"', 2));
    assertThat(schema).contains('"' + first + '"');
    assertThat(Files.readString(folder.resolve("TRPID-0a1b2c3d/v001/_manifest.json")))
        .contains("\"source_name\" : \"a b\"");
  }

  @Test
  void aTableBeyondTheBoundOfAnObjectLandsInSeveral() throws Exception {
    sql("create table NOISE as select X as ID, random_uuid() as U from system_range(1, 300000)");
    ExtractOptions small = options().withMaxObjectBytes(5_000_000);

    assertThat(run(source, small, "NOISE")).isInstanceOf(JobOutcome.Completed.class);

    List<LandedObject> objects = watch.events(ExtractionCompleted.class).getFirst().objects();
    assertThat(objects).hasSizeGreaterThan(1);
    assertThat(objects.get(1).name()).isEqualTo("NOISE-00002.jsonl.gz");
    assertThat(objects).allMatch(object -> object.bytes() <= 5_000_000);
    assertThat(objects.stream().mapToLong(LandedObject::rows).sum()).isEqualTo(300_000);
  }

  /** S3 sets 5 MiB aside for an object that is open: twelve fit into the default of 64 MiB. */
  @Test
  void aTableOfManyObjectsKeepsOneOpenAtATime() throws Exception {
    sql("create table NOISE (ID int primary key, U uuid)");
    sql("insert into NOISE select X, random_uuid() from system_range(1, 45000)");
    var store = new MemoryStore(new PartLimits(5 << 20, 1, 10_000, 3));
    // Of H2 several readers at once only so.
    var inChunks = new TableOptions(List.of(), null, null, "ID", null);
    ExtractOptions small =
        options()
            .withSnapshots(new SnapshotPolicy(Scope.CHUNK, OnLost.FAIL))
            .withSplitRows(1000)
            .withMaxObjectBytes(30_000);
    JobOrder order =
        JobOrder.of(JOB, TRANSPORT, 1, null, List.of(TableRequest.of("NOISE", inChunks)));

    JobOutcome outcome =
        new Extractor(source, store, small, InstantSource.system()).run(order, watch).run();

    assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
    List<LandedObject> objects = watch.events(ExtractionCompleted.class).getFirst().objects();
    assertThat(objects).hasSizeGreaterThan(40).allMatch(object -> object.bytes() <= 30_000);
    assertThat(objects.stream().mapToLong(LandedObject::rows).sum()).isEqualTo(45_000);
  }

  @Test
  void aBufferWithoutRoomForAnObjectFailsTheTableWithAClearWord() throws Exception {
    var store = new MemoryStore(new PartLimits(65 << 20, 1, 10_000, 3));

    JobOutcome outcome =
        new Extractor(source, store, options(), InstantSource.system())
            .run(order("CUSTOMERS"), watch)
            .run();

    Failure why = ((JobOutcome.Failed) outcome).why();
    assertThat(why.code()).isEqualTo("GCS_UPLOAD_ERROR");
    assertThat(why.message())
        .contains("CUSTOMERS.jsonl.gz", "67108864", "etl.buffer_bytes", "etl.max_object_bytes");
  }

  @Test
  void cancelLeavesNothingOfTheUnfinishedTable() throws Exception {
    JobRun run =
        new Extractor(source, store(), options(), InstantSource.system())
            .run(order("ORDERS"), watch);
    run.cancel(new Failure("CANCELLED", "asked for by a test"));

    assertThat(run.run()).isInstanceOf(JobOutcome.Cancelled.class);
    assertThat(files()).isEmpty();
    assertThat(watch.events(ExtractionFailed.class).getFirst().error().code())
        .isEqualTo("CANCELLED");
    assertThat(watch.events().getLast()).isInstanceOf(JobCancelled.class);
  }

  @Test
  void plansTablesSideBySide() throws Exception {
    var asking = new CountDownLatch(2);
    Source far =
        BentSource.withActionBeforeColumns(
            () -> {
              asking.countDown();
              awaitOthers(asking);
            },
            source);

    assertThat(run(far, options().withParallelTables(2), "ORDERS", "CUSTOMERS"))
        .isInstanceOf(JobOutcome.Completed.class);
  }

  @Test
  void aRunWhoseWorkerBreaksHasNoManifest() throws Exception {
    watch.onEach(
        ExtractionCompleted.class,
        event -> {
          throw new IllegalStateException("the job store is away");
        });

    assertThatThrownBy(() -> run(source, "ORDERS", "CUSTOMERS"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the job store is away");

    assertThat(files())
        .isNotEmpty()
        .noneMatch(file -> file.endsWith(".json") && file.contains("_"));
    assertThat(watch.events(JobCompleted.class)).isEmpty();
  }

  @Test
  void aRunThatWaitsForItsTurnCanBeCancelled() throws Exception {
    var reading = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    Source held =
        BentSource.withActionBeforeSessions(
            number -> {
              reading.countDown();
              awaitOthers(goOn);
            },
            source);
    var extractor =
        new Extractor(held, store(), options().withParallelTables(1), InstantSource.system());
    var first = new FutureTask<>(extractor.run(order("ORDERS"), watch)::run);
    JobRun waiting = extractor.run(order("CUSTOMERS"), new RecordingWatch());
    var second = new FutureTask<>(waiting::run);
    Thread.ofVirtual().start(first);
    reading.await();
    Thread.ofVirtual().start(second);
    await().until(extractor.readers()::hasQueuedThreads);

    waiting.cancel(new Failure("CANCELLED", "asked for by a test"));

    assertThat(second.get(1, TimeUnit.MINUTES)).isInstanceOf(JobOutcome.Cancelled.class);
    assertThat(first.isDone()).isFalse();
    goOn.countDown();
    assertThat(first.get(1, TimeUnit.MINUTES)).isInstanceOf(JobOutcome.Completed.class);
  }

  private static void awaitOthers(CountDownLatch latch) {
    try {
      if (!latch.await(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("nobody came");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoHasLostTheJobShowsNothing() throws Exception {
    watch.loseTheClaim();

    assertThat(run(source, "ORDERS")).isInstanceOf(JobOutcome.ClaimLost.class);
    assertThat(files()).isEmpty();
    assertThat(watch.events()).isEmpty();
  }

  @Test
  void anObjectThatIsThereAlreadyIsLeftAsItIs() throws Exception {
    Path there = folder.resolve("TRPID-0a1b2c3d/v001/CUSTOMERS.jsonl.gz");
    Files.createDirectories(there.getParent());
    Files.writeString(there, "somebody else's");

    JobOutcome outcome = run(source, "CUSTOMERS");

    assertThat(((JobOutcome.Failed) outcome).why().code()).isEqualTo("GCS_UPLOAD_ERROR");
    assertThat(Files.readString(there)).isEqualTo("somebody else's");
  }

  private JobOutcome run(Source from, String... tables) throws InterruptedException {
    return run(from, options(), tables);
  }

  private JobOutcome run(Source from, ExtractOptions options, String... tables)
      throws InterruptedException {
    return new Extractor(from, store(), options, InstantSource.system())
        .run(order(tables), watch)
        .run();
  }

  private static ExtractOptions options() {
    return ExtractOptions.DEFAULTS.withRetry(IMPATIENT);
  }

  private FolderStore store() {
    return new FolderStore(folder);
  }

  private static JobOrder order(String... tables) {
    return JobOrder.of(
        JOB,
        TRANSPORT,
        1,
        null,
        Stream.of(tables).map(table -> TableRequest.of(table, TableOptions.NONE)).toList());
  }

  private List<String> lines(String table) throws IOException {
    Path object = folder.resolve("TRPID-0a1b2c3d/v001/" + table + ".jsonl.gz");
    try (var in = new GZIPInputStream(Files.newInputStream(object))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** What a reader of the folder sees. */
  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().endsWith(".meta"))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static int tokens(String json) throws IOException {
    var seen = new ArrayList<String>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        seen.add(parser.currentToken().name());
      }
    }
    return seen.size();
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A database whose driver breaks once, at that connection, from 1. */
  private record BreakingConnection(Source real, AtomicInteger asked, int broken)
      implements SourceBehind {
    @Override
    public Connection connection() throws SQLException {
      if (asked.incrementAndGet() == broken) {
        throw new IllegalStateException("a fault of the driver");
      }
      return real.connection();
    }
  }
}
