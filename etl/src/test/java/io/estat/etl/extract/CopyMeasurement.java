package io.estat.etl.extract;

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
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints rates of this machine, from PostgreSQL to a local object: the plain way, COPY, and psql
 * with pigz as peers where they are installed. Run its {@code main} with the test class path. Not a
 * test. Arguments: rows, rounds, a JDBC URL (else an embedded server), parts to run (else all).
 */
final class CopyMeasurement {
  private static final String TABLE =
      """
      create table if not exists measured_%1$d as
      select i::int as id, i * 7919 %% 100000007 as account, 'customer ' || i * 37 %% 99991 as name,
        case when i %% 3 > 0 then 'user' || i * 31 %% 1000003 || '@example.com' end as email,
        (i * 17 %% 1000000 / 100.0)::numeric(12, 2) as amount, i %% 1000 / 7.0 as rate,
        i %% 2 = 0 as active,
        timestamp '2020-01-01' + i * 13 %% 100000000 * interval '1 second' as created,
        case when i %% 5 > 0
          then timestamptz '2021-01-01Z' + i * 11 %% 90000000 * interval '1.001 second' end as updated,
        case when i %% 4 = 0 then 'ordered ' || i %% 50 || ' items, "express", paid by card' end as note
      from generate_series(1::bigint, %1$d) i
      """;

  private interface Work {
    /** Bytes landed. */
    long run() throws Exception;
  }

  private final String url;
  private final String table;
  private final long rows;
  private final Path folder;

  private CopyMeasurement(String url, long rows, Path folder) {
    this.url = url;
    this.rows = rows;
    this.folder = folder;
    this.table = "measured_" + rows;
  }

  public static void main(String[] args) throws Exception {
    long rows = args.length > 0 ? Long.parseLong(args[0]) : 3_000_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    String url = args.length > 2 ? args[2] : PostgresServer.shared().createDatabase().url();
    String parts = args.length > 3 ? args[3] : "plain copy psql";
    Path folder = Files.createTempDirectory("copy-measurement");
    var measurement = new CopyMeasurement(url, rows, folder);
    measurement.fill();
    try (Source source = Sources.open(settings(url))) {
      for (int round = 0; round < rounds; round++) {
        if (parts.contains("plain")) {
          measurement.measure("result set", () -> measurement.land(new PlainSource(source)));
        }
        if (parts.contains("copy")) {
          measurement.measure("COPY", () -> measurement.land(source));
        }
        if (parts.contains("psql")) {
          measurement.measure("psql | pigz -1 -p1", measurement::psql);
        }
      }
    }
  }

  private static SourceSettings settings(String url) {
    return SourceSettings.of(url, PostgresServer.USER, PostgresServer.PASSWORD);
  }

  private void fill() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE.formatted(rows));
      statement.execute("vacuum analyze " + table);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
  }

  /** Times are those of the wall; the processor's, of this JVM and the server, are steadier. */
  private void measure(String name, Work work) throws Exception {
    Duration cpu = cpu();
    long start = System.nanoTime();
    long bytes = work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    Duration used = cpu().minus(cpu);
    System.out.printf(
        Locale.ROOT,
        "%-20s %,9.0f rows/s %,12d bytes, CPU %5.2f s of this JVM, load %.1f%n",
        name,
        rows / seconds,
        bytes,
        used.toMillis() / 1e3,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private long land(Source source) throws Exception {
    try (var store = new FolderStore(folder)) {
      var request = TableRequest.of(table, TableOptions.NONE);
      var order =
          new JobOrder(
              new JobId("JOB-20260131-235959-0a1b2c3d"),
              new TransportId("TRPID-0a1b2c3d"),
              1,
              null,
              List.of(request),
              "v001/",
              null,
              null);
      var extractor = new Extractor(source, store, ExtractOptions.DEFAULTS, InstantSource.system());
      JobOutcome outcome = extractor.run(order, new RecordingWatch()).run();
      if (!(outcome instanceof JobOutcome.Completed)) {
        throw new IllegalStateException(outcome.toString());
      }
      return Files.size(folder.resolve("v001/" + table + ".jsonl.gz"));
    } finally {
      empty();
    }
  }

  private long psql() throws Exception {
    URI server = URI.create(url.substring("jdbc:".length()));
    Path to = folder.resolve("peer.gz");
    var builder =
        new ProcessBuilder(
            "bash",
            "-c",
            "psql -h %s -p %d -U %s -d %s -qAtc 'copy (select row_to_json(t) from %s t) to stdout' | pigz -1 -p1 > %s"
                .formatted(
                    server.getHost(),
                    server.getPort(),
                    PostgresServer.USER,
                    server.getPath().substring(1),
                    table,
                    to));
    builder.environment().put("PGPASSWORD", PostgresServer.PASSWORD);
    builder.inheritIO();
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("psql | pigz ended with " + code);
    }
    try {
      return Files.size(to);
    } finally {
      empty();
    }
  }

  private void empty() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
